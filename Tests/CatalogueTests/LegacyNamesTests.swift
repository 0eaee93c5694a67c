import Catalogue
import Foundation
import Observatory
import Telemetry
import Testing

@Suite struct LegacyNamesTests {
    private let families = ProxyFamilies.all + OrchestratorFamilies.all

    @Test func eachNameIsListedOnceAndMeansOneThing() {
        let names = LegacyNames.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in LegacyNames.all {
            let family = families.first { $0.name == name.name }
            switch name.today {
            case .family:
                #expect(family.map { Set(name.labels).isSubset(of: $0.labelNames) } == true, "\(name.name)")
                #expect(family?.kind.rawValue == name.kind.rawValue, "\(name.name)")
            case .rule, .unavailable:
                #expect(family == nil, "\(name.name) is a family of today")
            }
            if case .unavailable(let reason) = name.today { #expect(!reason.isEmpty) }
        }
    }

    @Test func rulesUseNothingButTodaysFamilies() {
        let today = Set(families.flatMap(PromQLNames.exposed))
        for name in LegacyNames.all {
            guard case .rule(let expression) = name.today else { continue }
            let used = PromQLNames.metrics(in: expression.replacing("$suffix", with: ""))
            #expect(!used.isEmpty && used.isSubset(of: today), "\(name.name): \(used.subtracting(today))")
        }
    }

    @Test func theCommittedRulesAreTheGeneratedOnes() throws {
        let committed = try String(contentsOf: PromQLNames.file("alerts/rules/legacy.yml"), encoding: .utf8)
        #expect(committed == LegacyRules.yaml(), "write it with: weir generate legacy-rules > alerts/rules/legacy.yml")
    }

    @Test func prometheusReadsTheRules() throws {
        let path = PromQLNames.file("alerts/rules/legacy.yml").path
        let output = try Shell.output("promtool check rules \(path) 2>&1")
        let count = LegacyNames.all.reduce(0) { $0 + $1.recordings.count }
        #expect(output.contains("SUCCESS: \(count) rules found"), "\(output)")
    }

    @Test func valuesAreServedUnderTheirEarlierNames() {
        let registry = Registry()
        OrchestratorFamilies.register(in: registry)
        LegacyNames.register(for: .orchestrator, in: registry)
        let engines: GaugeVector<Label<HealthStatus>> = registry.gauge(OrchestratorFamilies.engines)
        let errors: Counter = registry.counter(OrchestratorFamilies.collectErrors)
        engines[Label(.healthy)].set(3)
        errors.increment(by: 2)
        func lines() -> Set<Substring> {
            Set(String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n"))
        }
        #expect(
            lines().isSuperset(of: [
                "orch_engines_total{health_status=\"healthy\"} 3", "orch_engines_total{health_status=\"unknown\"} 0",
                "orch_healthy_engines 3", "orch_engines_healthy 3", "orch_collector_errors_total 2",
            ]))
        engines[Label(.healthy)].set(1)
        errors.increment()
        #expect(
            lines().isSuperset(of: [
                "orch_engines_total{health_status=\"healthy\"} 1", "orch_healthy_engines 1",
                "orch_collector_errors_total 3",
            ]))
    }

    @Test func whatAServiceServesIsNotRecordedForIt() {
        let recorded = LegacyNames.all.first { $0.name == "orch_used_engines" }?.recordings.first?.expression
        #expect(
            recorded == "(sum by (service, instance) (orch_engines_used)) "
                + "unless on (service, instance) orch_used_engines{job!=\"\"}")
    }
}
