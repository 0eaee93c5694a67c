import Appliance
import Catalogue
import Foundation
import Testing

extension RunningApplianceTests {
    /// Queries written for the earlier implementations find their data.
    @Suite struct EarlierNamesTests {
        /// The design notes' own, word for word but for the label that says which engines.
        @Test(arguments: [
            #"orch_engines_total{health_status="healthy"}"#,
            "histogram_quantile(0.95, rate(orch_api_duration_seconds_bucket[5m]))",
            #"rate(orch_provision_total{kind="acestream"}[5m])"#, "rate(orch_communication_errors_total[5m])",
            #"orch_circuit_state{state="open"}"#,
        ])
        func theDesignNotesQueriesHaveData(query: String) async throws {
            let run = try ApplianceRun.current()
            try await eventually("the query has data", within: .seconds(40)) {
                try await !run.query(query).isEmpty
            }
        }

        @Test func everyNameWithDataHasSeries() async throws {
            let run = try ApplianceRun.current()
            let (viewer, _) = try await run.play(ApplianceRun.content(2))
            defer { viewer.close() }
            _ = try await run.get(run.table.proxy + "/nowhere")
            var silent = Set<String>()
            for name in LegacyNames.all {
                if case .unavailable = name.today { continue }
                silent.insert(name.kind == .histogram ? name.name + "_bucket" : name.name)
            }
            do {
                try await eventually("all names have series", within: .seconds(60)) {
                    for name in silent where try await !run.query(name).isEmpty { silent.remove(name) }
                    return silent.isEmpty
                }
            } catch {
                Issue.record("\(error): no series of \(silent.sorted())")
            }
        }
    }
}
