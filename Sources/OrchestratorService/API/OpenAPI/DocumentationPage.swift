/// The page that lists the operations of the API. It needs no script and nothing from elsewhere.
struct DocumentationPage: Sendable {
    let description: OpenAPIDocument

    var html: String {
        let tags = Dictionary(grouping: description.operations, by: \.tag)
        let sections = tags.keys.sorted().map { tag in
            "<h2>\(Self.escaped(tag))</h2>" + (tags[tag] ?? []).sorted { $0.path < $1.path }.map(entry).joined()
        }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><title>weir-orchestrator: API</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
            section { border-top: 1px solid #8884; padding: .6rem 0; }
            h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; text-transform: capitalize; }
            h3 { font: 600 .95rem/1.5 ui-monospace, monospace; margin: 0; overflow-wrap: anywhere; }
            p, ul { margin: .2rem 0; } li { overflow-wrap: anywhere; }
            </style></head><body><h1>weir-orchestrator \(Self.escaped(description.version)): API</h1>
            <p>The whole description, for programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
            \(sections.joined(separator: "\n"))
            </body></html>

            """
    }

    private func entry(_ operation: APIOperation) -> String {
        let parameters = operation.parameters.map {
            "<li><code>\(Self.escaped($0.name))</code> (\($0.place.rawValue)): \(Self.escaped($0.text))</li>"
        }
        let answers = operation.answers.sorted { $0.status < $1.status }.map {
            "<li>\($0.status): \(Self.escaped($0.text))</li>"
        }
        let key = description.needsKey(operation) ? "<p>Needs a key.</p>" : ""
        return "<section><h3>\(operation.method) \(Self.escaped(operation.path))</h3>"
            + "<p>\(Self.escaped(operation.summary))</p>\(key)<ul>\((parameters + answers).joined())</ul></section>"
    }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }
}
