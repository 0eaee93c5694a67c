import Catalogue
import Fleet
import Providers
import Storage
import Telemetry

/// Containers that are no engines.
extension Orchestrator {
    private static let nameAttempts = 5
    /// Names with higher numbers are not of ours.
    private static let highestNumber = 1_000_000_000

    /// Starts a container under a name of its own, `prefix-N`, waiting for its turn where the limiter asks for it.
    func run(
        _ wish: ContainerWish, with containers: any ContainerProvider
    ) async throws(ProvisionBlock) -> (id: String, name: String) {
        let deadline = now + provisioner.limits.timeout
        while true {
            do throws(ProvisionBlock) {
                try provisioner.beginOther(now: now)
                break
            } catch {
                var pause = Duration.milliseconds(50)
                if case .notBefore(let time) = error { pause = max(time - now, .milliseconds(1)) }
                guard error.passesWithTime, now + pause < deadline, !Task.isCancelled, !isStopping else {
                    metrics.provisioning.count(error)
                    throw error
                }
                try? await Task.sleep(for: pause)
            }
        }
        let started = try await runNow(wish, with: containers)
        return (started.id, started.name)
    }

    private struct StartedContainer: Sendable {
        var id: String
        var name: String
    }

    private func runNow(
        _ wish: ContainerWish, with containers: any ContainerProvider
    ) async throws(ProvisionBlock) -> StartedContainer {
        defer {
            provisioner.endOther()
            serveTurns()
        }
        let begin = ContinuousClock.now
        do throws(ProviderError) {
            let container = try await start(wish, with: containers)
            metrics.provisioning.calls.record(.create, .ok, since: begin)
            metrics.provisioning.provisions[Label(.generic)].increment()
            log(
                event: EventRecord(
                    at: now, type: .system, category: "container", message: "container \(container.name) started",
                    details: ["name": container.name, "image": wish.image ?? ""], engineID: container.id))
            return container
        } catch {
            count(error, of: .create, since: begin)
            throw error.code == .portInUse ? .portInUse(wish.ports.values.first ?? 0) : .failed(error.message)
        }
    }

    /// With the number after the highest one there is; the next ones where somebody else was faster.
    private func start(
        _ wish: ContainerWish, with containers: any ContainerProvider
    ) async throws(ProviderError) -> StartedContainer {
        let (key, value) = configuration.label
        let names = try await containers.containers(labeled: key, value: value).map(\.name)
        let prefix = wish.namePrefix + "-"
        let highest =
            names.filter { $0.hasPrefix(prefix) }.compactMap { Int($0.dropFirst(prefix.count)) }
            .filter { $0 < Self.highestNumber }.max() ?? 0
        var number = highest + 1
        while true {
            do throws(ProviderError) {
                try await leadership.requireLead()
                let labels = wish.labels.merging([key: value]) { _, ours in ours }
                let (id, name) = try await containers.run(
                    ContainerRequest(
                        image: wish.image, name: prefix + String(number), environment: wish.environment,
                        labels: labels, ports: wish.ports))
                return StartedContainer(id: id, name: name)
            } catch {
                guard error.code == .nameInUse, number < highest + Self.nameAttempts else { throw error }
                number += 1
            }
        }
    }
}
