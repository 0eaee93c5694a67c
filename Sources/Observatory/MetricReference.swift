import Catalogue
import Telemetry

/// The reference of all metrics, written from the catalogue.
public enum MetricReference {
    /// One Markdown table a service, families by name; then the names of the earlier implementations.
    public static func markdown() -> String {
        let services: [(String, [DescribedFamily])] = [
            ("weir-proxy", ProxyFamilies.described), ("weir-orchestrator", OrchestratorFamilies.described),
            ("both", BuildInfo.described),
        ]
        let tables = services.map { service, families in
            table(
                service, "metric | type | unit | labels and their values | buckets | meaning",
                families.sorted { $0.family.name < $1.family.name }.map(row))
        }
        let legacy = table(
            "Names of the earlier implementations", "name | type | labels | since | today",
            LegacyNames.all.map(row))
        return (tables + [legacy]).joined(separator: "\n\n") + "\n"
    }

    private static func table(_ title: String, _ head: String, _ rows: [String]) -> String {
        let rule = "|" + String(repeating: "---|", count: head.split(separator: "|").count)
        return (["## \(title)", "", "| \(head) |", rule] + rows).joined(separator: "\n")
    }

    private static func row(_ described: DescribedFamily) -> String {
        let family = described.family
        let labels = described.labels.map { label in
            "`\(label.name)`: " + (label.meaning ?? label.values.map { "`\($0)`" }.joined(separator: ", "))
        }
        return cells([
            "`\(family.name)`", family.kind.rawValue, described.unit, labels.joined(separator: "; "),
            family.upperBounds.map(number).joined(separator: " "), family.help,
        ])
    }

    private static func row(_ legacy: LegacyName) -> String {
        let today =
            switch legacy.today {
            case .family: "a family of today"
            case .rule(let expression):
                "`\(expression)`"
                    + (legacy.shadow.map { "; served by \($0.service.rawValue) with `METRICS_LEGACY_NAMES=1`" } ?? "")
            case .unavailable(let reason): "not available: \(reason)"
            }
        let labels = legacy.labels.map { "`\($0)`" }.joined(separator: ", ")
        return cells(["`\(legacy.name)`", legacy.kind.rawValue, labels, legacy.origin.rawValue, today])
    }

    private static func cells(_ texts: [String]) -> String {
        "| " + texts.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    private static func number(_ bound: Double) -> String {
        bound == bound.rounded() ? String(Int(bound)) : String(bound)
    }
}
