import Catalogue
import Foundation
import Telemetry
import Testing

@Suite struct CatalogueTests {
    private let described = ProxyFamilies.described + OrchestratorFamilies.described + BuildInfo.described

    @Test func everyFamilyMayBeRegistered() {
        #expect(described.flatMap(\.family.problems) == [])
    }

    /// A histogram exposes more names than its own, and a counter one that OpenMetrics shortens.
    @Test func noNameIsExposedTwice() {
        let names = described.flatMap { exposedNames(of: $0.family) }
        #expect(Set(names).count == names.count)
    }

    @Test func everyLabelHasClosedValuesOrAMeaning() {
        for family in described {
            #expect(family.labels.map(\.name) == family.family.labelNames)
            for label in family.labels {
                #expect(label.values.isEmpty == (label.meaning != nil), "\(family.family.name) \(label.name)")
            }
        }
    }

    @Test func namesCarryTheirUnit() {
        for family in described where family.family.kind == .histogram {
            let isCount = family.family.name == "orch_database_batch_changes"
            #expect((family.unit == "seconds") != isCount, "\(family.family.name)")
        }
    }

    @Test func bucketsReachAsFarAsTheObjectives() {
        #expect(OrchestratorFamilies.provisionDuration.family.upperBounds.last == 300)
        #expect(ProxyFamilies.streamStartDuration.family.upperBounds.contains(3))
        #expect(OrchestratorFamilies.apiDuration.family.upperBounds.contains(0.05))
    }

    @Test(arguments: [LegacyShadow.Service.proxy, .orchestrator]) func promtoolHasNothingToSay(
        service: LegacyShadow.Service
    ) throws {
        let registry = Registry()
        switch service {
        case .proxy: ProxyFamilies.register(in: registry)
        case .orchestrator: OrchestratorFamilies.register(in: registry)
        }
        #expect(try complaints(of: registry).isEmpty)
    }

    @Test func promtoolMindsOnlyTheEarlierGaugesThatEndLikeCounters() throws {
        let registry = Registry()
        OrchestratorFamilies.register(in: registry)
        LegacyNames.register(for: .orchestrator, in: registry)
        let misnamed = LegacyNames.families(of: .orchestrator).filter(\.hasEarlierName)
        #expect(misnamed.contains { $0.name == "orch_engines_total" })
        #expect(
            try complaints(of: registry).sorted()
                == misnamed.map { "\($0.name) non-counter metrics should not have \"_total\" suffix" }.sorted())
    }

    /// The lines that promtool prints about a registry's exposition.
    private func complaints(of registry: Registry) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(registry.exposition()).write(to: file)
        let output = try Shell.output("promtool check metrics < \(file.path) 2>&1")
        return output.split(separator: "\n").map(String.init)
    }

    private func exposedNames(of family: MetricFamily) -> [String] {
        switch family.kind {
        case .histogram: ["", "_bucket", "_sum", "_count", "_created"].map { family.name + $0 }
        case .counter: [family.name, String(family.name.dropLast(6)), family.name.dropLast(6) + "_created"]
        default: [family.name]
        }
    }
}
