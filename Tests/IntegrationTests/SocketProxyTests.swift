import Foundation
import Testing

/// What the proxy in front of Docker's socket lets through. Behind it nobody listens: what passes gets 503, what is
/// refused gets 403.
@Suite struct SocketProxyTests {
    @Test func containersPassAndWhatLeadsOutOfOneDoesNot() async throws {
        try await around { port async throws in
            for (method, path) in [
                ("GET", "/_ping"), ("GET", "/v1.41/containers/json?all=true"), ("GET", "/containers/abc/json"),
                ("POST", "/containers/abc/start"), ("POST", "/v1.41/containers/abc/restart?t=10"),
                ("DELETE", "/containers/abc?force=true"), ("GET", "/events?filters=%7B%7D"),
            ] {
                #expect(try await Self.status(method, path, port: port) == 503, "\(method) \(path)")
            }
            for (method, path) in [
                ("POST", "/containers/abc/exec"), ("POST", "/exec/abc/start"), ("POST", "/images/create?fromImage=x"),
                ("GET", "/secrets"), ("POST", "/volumes/create"), ("PUT", "/containers/abc/archive?path=/"),
                ("GET", "/services"), ("POST", "/swarm/init"), ("POST", "/build"),
            ] {
                #expect(try await Self.status(method, path, port: port) == 403, "\(method) \(path)")
            }
            let fine = #"{"Image":"engine","HostConfig":{"NetworkMode":"container:gluetun","CapDrop":["ALL"]}}"#
            #expect(try await Self.create(fine, port: port) == 503)
            for power in [
                #""Privileged":true"#, #""Binds":["/:/host"]"#, #""CapAdd":["SYS_ADMIN"]"#, #""PidMode":"host""#,
                #""PidMode":"container:docker-socket""#, #""IpcMode":"container:x""#, #""NetworkMode":"host""#,
                #""ReadonlyPaths":[]"#, #""MaskedPaths":[]"#, #""Runtime":"x""#, #""Sysctls":{"a":"b"}"#,
                #""Mounts":[{"Source":"/"}]"#, #""Devices":[{"PathOnHost":"/dev/sda"}]"#,
                #""SecurityOpt":["seccomp=unconfined"]"#, #""Priv\u0069leged":true"#,
            ] {
                #expect(try await Self.create(#"{"HostConfig":{\#(power)}}"#, port: port) == 403, "\(power)")
            }
        }
    }

    @Test func whatIsTooLongToBeSeenIsRefusedHoweverItIsSent() async throws {
        try await around { port async throws in
            let padding = String(repeating: "x", count: 80_000)
            let body = #"{"Env":["A=\#(padding)"],"HostConfig":{"Privileged":true}}"#
            #expect(try await Self.create(body, port: port) == 403)
            #expect(try await Self.create(body, port: port, ["-H", "Transfer-Encoding: chunked"]) == 403)
            #expect(try await Self.create("{}", port: port, ["-H", "Transfer-Encoding: chunked"]) == 403)
        }
    }

    private func around(_ body: (Int) async throws -> Void) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let port = try ServiceRun.freePorts()[0]
        let program = try SpawnedProgram(
            "/usr/bin/env", ["haproxy", "-db", "-f", Balancer.deploy.appending(path: "docker-socket-proxy.cfg").path],
            environment: [
                "PATH": SpawnedProgram.searchPath + ":/usr/sbin", "WEIR_LISTEN": "127.0.0.1:\(port)",
                "WEIR_DOCKER": directory.appending(path: "nobody.sock").path,
            ], log: directory.appending(path: "log"))
        let outcome: Result<Void, any Error>
        do {
            try await eventually("haproxy listens", within: .seconds(20)) {
                try await Self.status("GET", "/_ping", port: port) == 503
            }
            try await body(port)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await ServiceRun.end(program, in: directory)
        try outcome.get()
    }

    private static func create(_ body: String, port: Int, _ extra: [String] = []) async throws -> Int {
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString).json")
        try Data(body.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await status(
            "POST", "/v1.41/containers/create?name=e", port: port,
            ["-H", "Content-Type: application/json", "--data-binary", "@\(file.path)"] + extra)
    }

    private static func status(_ method: String, _ path: String, port: Int, _ extra: [String] = []) async throws -> Int
    {
        let call = try await SpawnedProgram.run(
            ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "-m", "10"] + extra
                + ["http://127.0.0.1:\(port)\(path)"], within: .seconds(20))
        return Int(call.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }
}
