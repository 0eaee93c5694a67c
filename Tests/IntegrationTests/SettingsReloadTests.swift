import Foundation
import Testing

/// SIGHUP: what can change changes, what is wrong is refused, and the program goes on.
@Suite struct SettingsReloadTests {
    @Test(arguments: ServiceRun.Service.allCases) func aChangedFileIsTakenAndAWrongOneRefused(
        service: ServiceRun.Service
    ) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "weir.env")
        let (level, other, family) =
            service == .proxy
            ? ("ACEXY_LOG_LEVEL", "ACEXY_PORT", "weir_proxy_configuration_reloads_total")
            : ("LOG_LEVEL", "MAX_REPLICAS", "orch_configuration_reloads_total")
        func write(_ text: String) throws { try text.write(to: file, atomically: true, encoding: .utf8) }
        try write("\(level)=info\nMIN_REPLICAS=0\nACEXY_HOST=127.0.0.1\n")
        let port = try ServiceRun.freePorts()[0]
        let program = try SpawnedProgram(
            try ApplianceRun.products().appending(path: "weir-\(service.rawValue)").path, [],
            environment: [
                "WEIR_CONFIG": file.path, "ACEXY_LISTEN_ADDR": "127.0.0.1:\(port)", "APP_PORT": "\(port)",
                "DB_URL": "sqlite:///\(directory.path)/db", "ENGINE_STATE_DIR": directory.path + "/engines",
            ], log: directory.appending(path: "log"))
        do {
            try await eventually("\(service) answers", within: .seconds(30)) {
                try await ServiceRun.curl("http://127.0.0.1:\(port)/metrics", in: directory).status == 200
            }
            func count(_ result: String) async throws -> String? {
                try await ServiceRun.curl("http://127.0.0.1:\(port)/metrics", in: directory).lines
                    .first { $0.hasPrefix("\(family){result=\"\(result)\"}") }
                    .flatMap { $0.split(separator: " ").last.map(String.init) }
            }
            #expect(try await count("applied") == "0")
            if service == .orchestrator { #expect(program.output.contains("MIN_REPLICAS is 0")) }

            try write("\(level)=error\n\(other)=9\nMIN_REPLICAS=0\n")
            program.send(SIGHUP)
            try await eventually("it is taken", within: .seconds(15)) { try await count("applied") == "1" }
            try write("\(level)=loud\n")
            program.send(SIGHUP)
            try await eventually("it is refused", within: .seconds(15)) { try await count("refused") == "1" }
            try await eventually("the refusal is told", within: .seconds(15)) {
                program.output.contains("settings were not taken: \(level) is \"loud\"")
            }
            // Errors only since then: what is applied is told as a notice.
            #expect(!program.output.contains("settings were read again"))

            try write("\(level)=info\n\(other)=9\nMIN_REPLICAS=0\n")
            program.send(SIGHUP)
            try await eventually("what waits for a restart is told", within: .seconds(15)) {
                program.output.contains { $0.isNewline }
                    && program.output.split(separator: "\n").contains {
                        $0.contains("settings were read again") && $0.contains(other)
                    }
            }
            #expect(try await count("applied") == "2")
            #expect(program.exitCode == nil)
        } catch {
            await ServiceRun.end(program, in: directory)
            throw Overdue(description: "\(error); the program printed: \(program.output)")
        }
        await ServiceRun.end(program, in: directory)
    }
}
