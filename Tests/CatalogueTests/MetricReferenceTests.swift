import Catalogue
import Observatory
import Telemetry
import Testing

@Suite struct MetricReferenceTests {
    private let lines = MetricReference.markdown().split(separator: "\n")

    @Test func everyFamilyAndEveryEarlierNameHasOneRow() {
        let rows = Set(ProxyFamilies.all + OrchestratorFamilies.all).map(\.name)
        for name in rows {
            let earlier = LegacyNames.all.contains { $0.name == name } ? 1 : 0
            #expect(lines.count { $0.hasPrefix("| `\(name)` |") } == 1 + earlier, "\(name)")
        }
        for name in LegacyNames.all {
            #expect(lines.contains { $0.hasPrefix("| `\(name.name)` |") })
        }
    }

    @Test func aRowSaysEverything() {
        #expect(
            lines.contains(
                "| `weir_proxy_time_to_first_byte_seconds` | histogram | seconds | `kind`: `cold`, `join` | "
                    + "0.001 0.005 0.025 0.1 0.25 0.5 1 2 3 5 7.5 10 15 20 30 60 | "
                    + "Time from a player's request to its first stream byte handed to the socket. |"))
        #expect(
            lines.contains(
                "| `orch_engine_up` | gauge |  | `engine`: the engine's name; at most `MAX_REPLICAS` at a time |  | "
                    + "1 while the engine's health checks succeed. |"))
    }
}
