import Foundation
import OrchestratorService
import Settings
import Testing

@Suite struct OpenAPITests {
    private struct Description: Decodable {
        struct Operation: Decodable {
            var operationId: String
        }

        var openapi: String
        var paths: [String: [String: Operation]]
    }

    @Test func everyRouteIsDescribedAndNothingElse() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let settings = try OrchestratorSettings(environment: OrchestratorFixture.environment(folder))
            let routes = try await OrchestratorServer(
                settings: settings, provider: engines, probe: engines, logger: OrchestratorFixture.silent
            ).routes
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                let answer = try await client.get("/openapi.json")
                #expect(answer.status == 200)
                let description = try answer.decoded(Description.self)
                #expect(description.openapi.hasPrefix("3.1."))
                let described = description.paths.flatMap { path, operations in
                    operations.keys.map { "\($0.uppercased()) \(path)" }
                }
                #expect(Set(described) == Set(routes.filter { !$0.hasPrefix("HEAD ") }))
                let names = description.paths.values.flatMap { $0.values.map(\.operationId) }
                #expect(Set(names).count == names.count)
            }
        }
    }

    @Test func everyRouteStandsInTheTableOfCompatibility() async throws {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let table = try String(
            contentsOf: root.appending(
                path: "Sources/OrchestratorService/OrchestratorService.docc/Compatibility.md"), encoding: .utf8)
        let named = Set(table.matches(of: #/`(?:[A-Z]+ )?(\/[^`]*)`/#).map { String($0.1) })
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let settings = try OrchestratorSettings(environment: OrchestratorFixture.environment(folder))
            let routes = try await OrchestratorServer(
                settings: settings, provider: engines, probe: engines, logger: OrchestratorFixture.silent
            ).routes
            for route in routes where !route.hasPrefix("HEAD ") {
                let path = String(route.drop { $0 != "/" })
                #expect(named.contains(path), "\(route)")
            }
        }
    }

    /// Schemas may only name those that there are.
    @Test func everyReferenceLeadsSomewhere() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let answer = try await client.get("/openapi.json")
                let root = try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
                let references = answer.text.matches(of: #/"\$ref":"#\/([^"]+)"/#).map { String($0.1) }
                #expect(!references.isEmpty)
                for reference in Set(references) {
                    var place: Any? = root
                    for part in reference.split(separator: "/") { place = (place as? [String: Any])?[String(part)] }
                    #expect(place != nil, "\(reference)")
                }
            }
        }
    }

    @Test func thePageListsThemWithoutAScript() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let page = try await client.get("/docs")
                #expect(page.status == 200)
                #expect(page.header("Content-Type") == "text/html; charset=utf-8")
                #expect(page.header("Content-Security-Policy")?.contains("default-src 'none'") == true)
                #expect(page.text.contains("POST /provision/acestream"))
                #expect(!page.text.contains("<script"))
            }
        }
    }
}
