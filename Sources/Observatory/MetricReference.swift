import Catalogue
import Telemetry

/// The table of all metric families, written from the catalogue.
public enum MetricReference {
    /// One Markdown table a service, families by name.
    public static func markdown() -> String {
        let services: [(String, [MetricFamily])] = [
            ("weir-proxy", ProxyFamilies.all), ("weir-orchestrator", OrchestratorFamilies.all),
        ]
        return services.map { service, families in
            let rows = families.sorted { $0.name < $1.name }.map(row)
            return (["## \(service)", "", "| name | type | labels | meaning |", "|---|---|---|---|"] + rows)
                .joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }

    private static func row(_ family: MetricFamily) -> String {
        let labels = family.labelNames.map { "`\($0)`" }.joined(separator: ", ")
        return "| `\(family.name)` | \(family.kind.rawValue) | \(labels) | \(family.help.replacing("|", with: "\\|")) |"
    }
}
