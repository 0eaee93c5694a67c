public import Telemetry

/// The metric families of weir-orchestrator, by topic. Names of the earlier orchestrators are kept where promlint
/// allows them; ``LegacyNames`` lists the others.
public enum OrchestratorFamilies {
    /// Every family, with what its labels can hold.
    public static let described =
        api + fleet + provisioning + leasing + proxying + streaming + scaling + operation + storage + vpn

    /// Every family.
    public static let all: [MetricFamily] = described.map(\.family)

    /// Registers every family.
    public static func register(in registry: Registry) {
        for family in described { family.register(registry) }
    }
}
