import Foundation
import Operations
import Settings
import Testing

@Suite struct CheckConfigTests {
    private func report(_ environment: [String: String], _ services: [ServiceKind] = ServiceKind.allCases)
        -> ConfigurationReport
    {
        ConfigurationReport(services: services) { () throws(SettingsError) in
            SettingsSources(environment: environment)
        }
    }

    @Test func theExitCodeTellsWhetherTheSettingsCanBeUsed() {
        #expect(report([:]).exitCode == 0)
        #expect(report(["MIN_REPLICAS": "0"]).exitCode == 1)
        #expect(report(["MIN_REPLICAS": "0", "APP_PORT": "x"]).exitCode == 2)
        let unreadable = ConfigurationReport(services: [.proxy]) { () throws(SettingsError) in
            throw SettingsError(problems: ["gone"])
        }
        #expect(unreadable.exitCode == 2)
        #expect(unreadable.text == "error: gone")
    }

    @Test func everySettingStandsThereWithItsSourceAndNoSecret() throws {
        let report = report(["API_KEY": "hunter2", "CIRCUIT_BREAKER_THRESHOLD": "9"], [.orchestrator])
        let lines = report.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        for setting in ServiceKind.orchestrator.settings {
            #expect(lines.contains { $0.first == setting.name }, "\(setting.name)")
        }
        #expect(lines.contains(["CIRCUIT_BREAKER_FAILURE_THRESHOLD", "9", "CIRCUIT_BREAKER_THRESHOLD"]))
        #expect(lines.contains(["API_KEY", "********", "environment"]))
        #expect(lines.contains(["MAX_REPLICAS", "20", "default"]))
        #expect(!report.text.contains("hunter2"))
        #expect(!report.json.contains("hunter2"))
    }

    @Test func allErrorsAndWarningsAreThereAtOnceBesidesTheValues() throws {
        let report = report([
            "APP_PORT": "x", "MAX_REPLICAS": "0", "MIN_REPLICA": "3", "ACEXY_PORT": "y", "ACEXY_ORCH_TIMEOUT": "1s",
        ])
        struct Document: Decodable {
            struct Section: Decodable {
                let service: String
                let errors: [String]
                let warnings: [String]
                let settings: [Row]
            }
            struct Row: Decodable {
                let name: String
                let source: String
            }
            let usable: Bool
            let services: [Section]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(report.json.utf8))
        #expect(!document.usable)
        let sections = Dictionary(uniqueKeysWithValues: document.services.map { ($0.service, $0) })
        #expect(sections["weir-orchestrator"]?.errors.map { $0.prefix { $0 != " " } } == ["APP_PORT", "MAX_REPLICAS"])
        #expect(sections["weir-orchestrator"]?.warnings == ["MIN_REPLICA is no setting; MIN_REPLICAS is"])
        #expect(sections["weir-proxy"]?.errors.count == 1)
        #expect(sections["weir-proxy"]?.warnings.count == 2)
        #expect(sections["weir-proxy"]?.settings.contains { $0.name == "ACEXY_ORCH_TIMEOUT" } == true)
    }
}
