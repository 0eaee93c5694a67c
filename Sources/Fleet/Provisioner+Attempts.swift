extension Provisioner {
    /// What follows on an attempt that failed. With ``Provision/Step/giveUp(_:)`` everything the provision held has
    /// been given back; its port only once it is certain that no engine has it.
    public mutating func attemptFailed(
        _ provision: Provision, _ failure: Provision.Failure, fleet: FleetState, now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> Provision.Step {
        switch failure {
        case .refused(let reason):
            return giveUp(provision, .failed(reason), isCertain: provision.retries == 0, fleet: fleet, now: now)
        case .nameTaken where provision.retries > 0:
            // By an attempt of ours that was thought to have failed.
            return retry(provision, because: "its name is taken", fleet: fleet, now: now, using: &random)
        case .portTaken, .nameTaken:
            return avoid(failure, provision, fleet: fleet, now: now)
        case .uncertain(let reason):
            return retry(provision, because: reason, fleet: fleet, now: now, using: &random)
        }
    }

    /// To be asked after the pause before a retry: false when the breaker has opened meanwhile.
    public func mayStillTry(_ provision: Provision) -> Bool {
        breaker(provision.purpose).isCurrent(provision.permit)
    }

    private mutating func retry(
        _ provision: Provision, because reason: String, fleet: FleetState, now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> Provision.Step {
        guard breaker(provision.purpose).allowsRepetition(of: provision.permit),
            let pause = limits.retries.delay(before: provision.retries, using: &random),
            now + pause < provision.begunAt + limits.timeout
        else { return giveUp(provision, .failed(reason), isCertain: false, fleet: fleet, now: now) }
        var next = provision
        next.retries += 1
        creating[next.name] = next
        return .retry(next, after: pause)
    }

    /// Another name or another port, whichever was taken by somebody else.
    private mutating func avoid(
        _ failure: Provision.Failure, _ provision: Provision, fleet: FleetState, now: Timestamp
    ) -> Provision.Step {
        let isCertain = provision.retries == 0
        guard mayStillTry(provision) else {
            return giveUp(
                provision, .failed("other creations keep failing"), isCertain: isCertain, fleet: fleet, now: now)
        }
        guard provision.collisions < Self.maxCollisions else {
            return giveUp(
                provision, .failed("every name or port tried is taken"), isCertain: isCertain, fleet: fleet, now: now)
        }
        var next = provision
        next.collisions += 1
        if failure == .nameTaken {
            next.name = nextName(fleet)
        } else if let wanted = provision.order.port {
            return giveUp(provision, .portInUse(wanted), isCertain: isCertain, fleet: fleet, now: now)
        } else {
            guard let port = ports.allocate(from: provision.order.vpn?.portRange) else {
                return giveUp(provision, .noFreePort, isCertain: isCertain, fleet: fleet, now: now)
            }
            // It may be an engine of ours that has the other one: the next observation tells.
            next.port = port
        }
        creating[provision.name] = nil
        creating[next.name] = next
        return .again(next)
    }

    /// The provider has not answered in time, and may yet do so: the port stays taken until ``settle(_:now:)`` and an
    /// observation after it.
    public mutating func attemptUnanswered(_ provision: Provision, now: Timestamp) {
        creating[provision.name] = nil
        unsettled[provision.name] = Unsettled(port: provision.port, endedAt: nil)
        end(provision, .failed, now: now)
    }

    /// An attempt given up has ended after all: whatever came of it, the next observation shows it.
    public mutating func settle(_ provision: Provision, now: Timestamp) {
        unsettled[provision.name]?.endedAt = now
    }

    /// Takes over what the provider says is there. A port is free once no engine has it, running or ended, and none is
    /// being created with it.
    /// - Parameters:
    ///   - provided: the ports of all engines the provider has a record of.
    ///   - begunAt: when the provider was asked.
    public mutating func observed(provided: some Sequence<Int>, fleet: FleetState, begunAt: Timestamp) {
        unsettled = unsettled.filter { _, one in one.endedAt.map { $0 >= begunAt } ?? true }
        ports.synchronize(
            inUse: Set(provided)
                .union(creating.values.map(\.port))
                .union(unsettled.values.map(\.port))
                .union(fleet.engines.values.map(\.endpoint.port)))
    }

    private mutating func giveUp(
        _ provision: Provision, _ block: ProvisionBlock, isCertain: Bool, fleet: FleetState, now: Timestamp
    ) -> Provision.Step {
        creating[provision.name] = nil
        if isCertain {
            release(provision.port, fleet: fleet)
        } else {
            unsettled[provision.name] = Unsettled(port: provision.port, endedAt: now)
        }
        end(provision, .failed, now: now)
        return .giveUp(block)
    }
}
