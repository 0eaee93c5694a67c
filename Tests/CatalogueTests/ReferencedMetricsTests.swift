import Catalogue
import Foundation
import Telemetry
import Testing

/// What alerts, recording rules and dashboards read exists.
@Suite struct ReferencedMetricsTests {
    private let known: Set<String>

    init() {
        let families = ProxyFamilies.all + OrchestratorFamilies.all + BuildInfo.described.map(\.family)
        known = Set(families.flatMap(PromQLNames.exposed) + LegacyNames.all.map(\.name))
    }

    @Test(arguments: ["alerts/rules/availability.yml", "alerts/rules/objectives.yml", "alerts/rules/recording.yml"])
    func rulesReadNothingElse(path: String) throws {
        let lines = try String(contentsOf: PromQLNames.file(path), encoding: .utf8).split(separator: "\n")
        let text = lines.filter { !$0.drop(while: \.isWhitespace).hasPrefix("#") }.joined(separator: "\n")
        let used = PromQLNames.metrics(in: text).filter { !$0.contains(":") }
        #expect(!used.isEmpty || path.hasSuffix("objectives.yml"))
        #expect(used.subtracting(known) == [])
    }

    @Test func dashboardsReadNothingElse() throws {
        let data = try Data(contentsOf: PromQLNames.file("grafana/dashboards/overview.json"))
        let expressions = Self.expressions(in: try JSONSerialization.jsonObject(with: data))
        #expect(expressions.count > 20)
        let used = expressions.reduce(into: Set<String>()) { $0.formUnion(PromQLNames.metrics(in: $1)) }
        #expect(used.subtracting(known) == [])
    }

    @Test func theReaderFindsNames() {
        #expect(
            PromQLNames.metrics(in: "sum(rate(orch_x_total{a=\"orch_y\"}[5m])) / service:weir_z:rate5m > weir_q")
                == ["orch_x_total", "weir_q"])
    }

    private static func expressions(in value: Any) -> [String] {
        if let list = value as? [Any] { return list.flatMap(expressions) }
        guard let map = value as? [String: Any] else { return [] }
        return map.flatMap { key, value in
            if key == "expr", let text = value as? String { return [text] }
            return expressions(in: value)
        }
    }
}
