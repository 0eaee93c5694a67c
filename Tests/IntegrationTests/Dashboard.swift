import Foundation

/// The shipped dashboard.
enum Dashboard {
    private struct Document: Decodable {
        var panels: [Panel]
    }

    private struct Panel: Decodable {
        var targets: [Target]?
        var panels: [Panel]?

        var queries: [String] { (targets ?? []).compactMap(\.expr) + (panels ?? []).flatMap(\.queries) }
    }

    private struct Target: Decodable {
        var expr: String?
    }

    /// Its queries, with values for its variables.
    static func overviewQueries() throws -> [String] {
        let file = URL(fileURLWithPath: #filePath).appending(path: "../../../grafana/dashboards/overview.json")
        let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: file.standardizedFileURL))
        return document.panels.flatMap(\.queries).map { query in
            query.replacing("$__rate_interval", with: "30s").replacing("$job", with: ".+")
                .replacing("$instance", with: ".+")
        }
    }
}
