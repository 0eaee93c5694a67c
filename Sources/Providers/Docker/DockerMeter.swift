internal import Catalogue
internal import NIOConcurrencyHelpers
internal import Telemetry

/// Counts the requests to a Docker daemon, once there is a registry to count them in.
final class DockerMeter: Sendable {
    typealias Calls = CallMetrics<DockerOperation, DockerCallOutcome>

    private let calls = NIOLockedValueBox<Calls?>(nil)

    func register(in registry: Registry) {
        let metrics = Calls(
            registry: registry, calls: OrchestratorFamilies.dockerCalls,
            duration: OrchestratorFamilies.dockerCallDuration)
        calls.withLockedValue { $0 = metrics }
    }

    func record(_ operation: DockerOperation, _ outcome: DockerCallOutcome, since begin: ContinuousClock.Instant) {
        calls.withLockedValue { $0 }?.record(operation, outcome, since: begin)
    }
}
