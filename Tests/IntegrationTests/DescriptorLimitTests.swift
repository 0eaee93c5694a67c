import Foundation
import Testing

/// The proxy with few descriptors.
@Suite struct DescriptorLimitTests {
    @Test func with256DescriptorsViewersAreRefusedAndPagesServed() async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let products = try ApplianceRun.products()
        let ports = try ServiceRun.freePorts()
        let engine = try SpawnedProgram(
            products.appending(path: "weir-engine").path, ["--port", "\(ports[1])", "--bitrate", "400k"],
            environment: [:], log: directory.appending(path: "engine.log"))
        let proxy = try SpawnedProgram(
            "/bin/sh", ["-c", "ulimit -n 256; exec \"$0\"", products.appending(path: "weir-proxy").path],
            environment: [
                "ACEXY_LISTEN_ADDR": "127.0.0.1:\(ports[0])", "ACEXY_HOST": "127.0.0.1", "ACEXY_PORT": "\(ports[1])",
            ], log: directory.appending(path: "proxy.log"))
        let run = ServiceRun(port: ports[0], directory: directory)
        let outcome: Result<Void, any Error>
        do {
            try await eventually("proxy and engine answer", within: .seconds(30)) {
                let engine = try await ServiceRun.curl("http://127.0.0.1:\(ports[1])/sim/state", in: directory).status
                return try await run.curl("/metrics").status == 200 && engine == 200
            }
            outcome = .success(try await crowd(run, proxy: proxy.pid))
        } catch {
            outcome = .failure(Overdue(description: "\(error); the proxy printed: \(proxy.output)"))
        }
        await ServiceRun.end(proxy, in: directory)
        await ServiceRun.end(engine, in: directory)
        try outcome.get()
    }

    private func crowd(_ run: ServiceRun, proxy: pid_t) async throws {
        let url = "http://\(run.address)/ace/getstream?id=abc"
        var viewers: [StreamReader] = []
        defer { viewers.forEach { $0.close() } }
        for _ in 0..<300 { viewers.append(try StreamReader(url)) }
        let crowd = viewers
        try await eventually("everybody is fed, refused or turned away", within: .seconds(60)) {
            crowd.allSatisfy { $0.seen.packets > 10 || $0.seen.hasEnded }
        }
        #expect(crowd.contains { $0.seen.status == 503 })
        // The refused have left: one after the other takes what room there is.
        var refusal: StreamReader?
        for _ in 0..<100 where refusal == nil {
            let viewer = try StreamReader(url)
            viewers.append(viewer)
            try await eventually("fed or refused") { viewer.seen.packets > 10 || viewer.seen.hasEnded }
            if viewer.seen.hasEnded { refusal = viewer }
        }
        #expect(refusal?.seen.status == 503)
        let fed = viewers.filter { $0.seen.packets > 10 && !$0.seen.hasEnded }
        #expect(fed.count > 100)
        #expect(fed.count < 256 - 64)

        let refused = try await run.curl("/ace/getstream?id=abc")
        #expect(refused.status == 503)
        #expect(refused.headers["retry-after"] == "5")
        #expect(refused.text.contains("\"code\":\"descriptor_limit\""))
        #expect(try await run.curl("/health").status == 200)
        #expect(try await run.curl("/metrics").text.contains("weir_proxy_viewers \(fed.count)\n"))
        // A thread that spins takes all the time there is.
        let before = try ticks(of: proxy)
        try await Task.sleep(for: .seconds(2))
        #expect(try ticks(of: proxy) - before < 150)

        for viewer in fed.prefix(20) { viewer.close() }
        try await eventually("there is room again") {
            let next = try StreamReader(url)
            defer { next.close() }
            try await eventually("fed or refused") { next.seen.packets > 10 || next.seen.hasEnded }
            return next.seen.packets > 10
        }
    }

    /// The process's time on processors, in hundredths of a second.
    private func ticks(of process: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    }
}
