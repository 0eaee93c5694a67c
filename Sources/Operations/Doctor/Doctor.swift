import Outbound

/// The whole examination.
package struct Doctor: Sendable {
    /// The checklists of a time of high load.
    package enum Occasion: Sendable, Hashable {
        case any
        case before(streams: Int)
        case during
        case after
    }

    let targets: DoctorTargets
    let occasion: Occasion
    /// Time between the two looks during load.
    let interval: Duration

    package init(targets: DoctorTargets, occasion: Occasion, interval: Duration = .seconds(5)) {
        self.targets = targets
        self.occasion = occasion
        self.interval = interval
    }

    package func run() async -> DoctorReport {
        let client = OutboundClient()
        defer { client.shutDown() }
        let questioner = Questioner(client: client)
        var earlier: Observation?
        if occasion == .during {
            earlier = await Observation.make(targets, questioner)
            try? await Task.sleep(for: interval)
        }
        let observation = await Observation.make(targets, questioner)
        let load: [Finding] =
            switch occasion {
            case .any: []
            case .before(let streams): LoadChecks.before(observation, streams: streams)
            case .during:
                earlier.map { LoadChecks.during($0, observation, seconds: interval / .seconds(1)) } ?? []
            case .after: LoadChecks.after(observation)
            }
        let (targets, since) = (targets, earlier?.metrics)
        return await BlockingWork.run {
            let findings =
                MachineChecks.findings(targets) + DockerChecks.findings(targets, observation)
                + PortChecks.findings(targets, observation) + ClockChecks.findings(targets, observation)
                + DatabaseChecks.findings(targets, observation) + OrchestratorChecks.findings(targets, observation)
                + ProxyChecks.findings(targets, observation) + MetricsChecks.findings(targets, observation)
                + ErrorChecks.findings(targets, observation) + load
            let figures = KeyFigures.make(observation, memory: MachineChecks.memory().used, since: since)
            return DoctorReport(findings: findings, figures: figures)
        }
    }
}
