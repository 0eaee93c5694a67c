import Logging
import RemoteWrite
import ServiceLifecycle
import Settings
import Telemetry
import Testing

@Suite struct RemoteWriteServiceTests {
    @Test(.timeLimit(.minutes(1)))
    func answersDecideWhetherARequestIsSentAgain() async throws {
        let server = try await AnsweringServer([
            AnsweringServer.Answer(status: 500, body: "out of luck"),
            AnsweringServer.Answer(status: 429, headers: [("Retry-After", "2")]),
            AnsweringServer.Answer(status: 400, body: "out of order"),
            AnsweringServer.Answer(status: 204),
        ])
        let registry = Registry()
        let service = try RemoteWriteService(
            settings: #require(
                ProxySettings(environment: [
                    "REMOTE_WRITE_URL": server.url, "REMOTE_WRITE_INTERVAL_S": "1",
                    "REMOTE_WRITE_BEARER_TOKEN": "hunter2",
                ]).remoteWrite),
            job: "test", port: 1, registry: registry, logger: Self.silent)
        let begin = ContinuousClock.now
        let group = ServiceGroup(services: [service], logger: Self.silent)
        let running = Task { try await group.run() }
        while server.requests.count < 5 { try await Task.sleep(for: .milliseconds(10)) }
        // A wait of 250 to 500 ms, then the two seconds that were asked for.
        #expect(ContinuousClock.now - begin > .milliseconds(2250))
        await group.triggerGracefulShutdown()
        try await running.value

        let requests = server.requests
        #expect(requests[0].body == requests[1].body && requests[1].body == requests[2].body)
        #expect(requests[3...].allSatisfy { $0.body != requests[2].body }, "what was refused was sent again")
        #expect(requests.allSatisfy { $0.method == "POST" && $0.target == "/api/v1/write" })
        let expected = [
            "content-type": "application/x-protobuf", "content-encoding": "snappy",
            "x-prometheus-remote-write-version": "0.1.0", "authorization": "Bearer hunter2", "user-agent": "weir",
        ]
        for (name, value) in expected { #expect(requests.allSatisfy { $0.headers[name] == value }, "\(name)") }
        let text = String(decoding: registry.exposition(), as: UTF8.self)
        #expect(!text.contains("samples_dropped_total{reason=\"refused\"} 0\n"))
        #expect(text.contains("samples_dropped_total{reason=\"queue_full\"} 0\n"))
        try await server.stop()
    }

    private static let silent: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()
}
