import Yams

/// Each alert can be acted upon and is known to fire: it has a runbook and a rule test.
enum AlertRule {
    static func violations(
        path: String, text: String, paths: Set<String>, tested: Set<String>
    ) throws -> [Violation] {
        let document = try Yams.load(yaml: text) as? [String: Any]
        guard let groups = document?["groups"] as? [[String: Any]] else {
            return [Violation(path: path, line: 1, message: "has no list of groups")]
        }
        let alerts = groups.flatMap { $0["rules"] as? [[String: Any]] ?? [] }.compactMap { $0["alert"] as? String }
        return alerts.flatMap { alert in
            let line = text.numberedLines.first { $0.content.contains("alert: \(alert)") }?.line ?? 1
            var violations: [Violation] = []
            if !paths.contains("alerts/runbooks/\(alert).md") {
                violations.append(
                    Violation(path: path, line: line, message: "\(alert) has no alerts/runbooks/\(alert).md"))
            }
            if !tested.contains(alert) {
                violations.append(Violation(path: path, line: line, message: "\(alert) is in no file of alerts/tests"))
            }
            return violations
        }
    }

    /// The alerts a rule test looks at.
    static func testedAlerts(text: String) throws -> Set<String> {
        names(in: try Yams.load(yaml: text) as Any)
    }

    private static func names(in value: Any) -> Set<String> {
        if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(names(in: $1)) } }
        guard let map = value as? [String: Any] else { return [] }
        let own = (map["alertname"] as? String).map { Set([$0]) } ?? []
        return map.values.reduce(into: own) { $0.formUnion(names(in: $1)) }
    }
}
