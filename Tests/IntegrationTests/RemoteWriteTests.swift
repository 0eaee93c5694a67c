import Foundation
import NIOConcurrencyHelpers
import Outbound
import RemoteWrite
import Telemetry
import Testing

/// The remote write sender against a real Prometheus.
@Suite struct RemoteWriteTests {
    /// Prometheus is killed in the middle and comes back on the same data.
    @Test(.timeLimit(.minutes(2)))
    func noSampleIsMissingAfterTheReceiverWasKilled() async throws {
        try await killReceiver(for: .seconds(6), interval: .milliseconds(100), rounds: (before: 15, after: 15))
    }

    @Test(
        .timeLimit(.minutes(4)),
        .enabled(if: ProcessInfo.processInfo.environment["WEIR_LONG"] == "1", "takes a minute and a half"))
    func noSampleIsMissingAfterAMinuteWithoutReceiver() async throws {
        try await killReceiver(for: .seconds(60), interval: .milliseconds(250), rounds: (before: 20, after: 20))
    }

    /// Both programs send by themselves, and say when they end.
    @Test(.timeLimit(.minutes(1)))
    func bothServicesSendTheirMetricsUntilTheyEnd() async throws {
        try await PrometheusServer.around { prometheus async throws in
            let directory = try ApplianceRun.makeDirectory()
            defer { try? FileManager.default.removeItem(at: directory) }
            let environment = [
                "PATH": SpawnedProgram.searchPath, "REMOTE_WRITE_URL": prometheus.receiver,
                "REMOTE_WRITE_INTERVAL_S": "1", "REMOTE_WRITE_HISTOGRAMS": "both",
                "REMOTE_WRITE_SPOOL_DIR": directory.appending(path: "spool").path,
                "ACEXY_LISTEN_ADDR": "127.0.0.1:0", "APP_PORT": "0", "MIN_REPLICAS": "0",
                "DB_URL": "sqlite:///\(directory.path)/state.db",
                "ENGINE_STATE_DIR": directory.appending(path: "engines").path,
            ]
            let jobs = ["weir-proxy", "weir-orchestrator"]
            let programs = try jobs.map { job in
                try SpawnedProgram(
                    ApplianceRun.products().appending(path: job).path, [], environment: environment,
                    log: directory.appending(path: "\(job).log"))
            }
            defer { for program in programs { program.send(SIGKILL) } }
            let output = { programs.map(\.output).joined(separator: "\n") }
            for job in jobs {
                try await eventually("\(job) is seen; they printed: \(output())") {
                    try await prometheus.count("weir_build_info{job=\"\(job)\",service=\"\(job)\"}") == 1
                }
            }
            try await eventually("several rounds, and the sender's own series") {
                try await prometheus.count("telemetry_remote_write_samples_sent_total > 50") == 2
            }
            for program in programs { program.send(SIGTERM) }
            for program in programs { _ = try await program.ended(within: .seconds(20)) }
            #expect(try await prometheus.count("{job=~\"weir-.*\"}") == 0, "\(output())")
            let sent = try await prometheus.samples("{job=~\"weir-.*\"}")
            #expect(Set(sent.compactMap { $0.metric["job"] }) == Set(jobs))
            for job in jobs {
                let spool = directory.appending(path: "spool/\(job)").path
                #expect(try FileManager.default.contentsOfDirectory(atPath: spool) == ["lock"])
            }
        }
    }

    private func killReceiver(
        for outage: Duration, interval: Duration, rounds: (before: Int, after: Int)
    ) async throws {
        try await PrometheusServer.around { prometheus async throws in
            let spool = try ApplianceRun.makeDirectory()
            defer { try? FileManager.default.removeItem(at: spool) }
            let producer = Producer()
            let (writer, notices) = writer(to: prometheus.receiver, registry: producer.registry) {
                $0.interval = interval
                $0.memoryRequests = 5
                $0.spoolFolder = spool.path
            }
            let running = Task { await writer.run(collect: producer.collect) }
            try await eventually("the first rounds are in") { producer.rounds >= rounds.before }
            await prometheus.kill()
            try await Task.sleep(for: outage)
            let atReturn = producer.rounds
            try await prometheus.start()
            try await eventually("rounds after the return") { producer.rounds >= atReturn + rounds.after }
            running.cancel()
            await running.value
            await writer.finish(within: .seconds(30))

            let expected = producer.rounds
            #expect(expected > Int(outage / interval) / 2, "the outage was shorter than it should be")
            #expect(producer.metric("samples_dropped_total") == 0)
            #expect(producer.metric("samples_retried_total") > 0)
            #expect(notices.withLockedValue { $0 }.contains(.recovered))
            for query in ["rounds_total", "level", "wait_seconds_count", "wait_seconds_bucket{le=\"+Inf\"}"] {
                let series = try await prometheus.samples(query)
                try #require(series.count == 1, "\(query)")
                // The series' own values, each once and in order, say that none is missing.
                let values = (series[0].values ?? []).compactMap { Double($0.last?.text ?? "") }
                #expect(values == (1...expected).map(Double.init), "\(query)")
                #expect(series[0].metric["job"] == "remote-write-test" && series[0].metric["site"] == "own")
            }
            let native = try await prometheus.samples("wait_seconds")
            #expect(native.first?.histograms?.map(\.value.count) == (1...expected).map { "\($0)" })
            #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == ["lock"])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func nativeHistogramsExemplarsAndTheEndOfSeriesArrive() async throws {
        try await PrometheusServer.around { prometheus async throws in
            let registry = Registry()
            let (writer, notices) = writer(to: prometheus.receiver, registry: registry)
            let values = (1...200).map { 0.001 * Double($0 * $0) }
            let histogram: Histogram = registry.histogram(
                HistogramFamily<NoLabels>("start_seconds", "A test.", upperBounds: [0.1, 1, 10]))
            for value in values { histogram.observe(value, exemplar: [LabelPair("trace_id", "trace\(value)")]) }
            let level: GaugeVector<Label<Side>> = registry.gauge(GaugeFamily("level", "A test."))
            level[Label(.left)].set(1)
            level[Label(.right)].set(2)

            let sending = Task { await writer.sendAll() }
            await writer.record(registry.snapshot())
            try await eventually("both levels are there") { try await prometheus.count("level") == 2 }

            // Within a bucket of schema 3, 9 % wide.
            let exact = values[179]
            let answer = try await prometheus.get(
                "/api/v1/query", ["query": "histogram_quantile(0.9, start_seconds)"])
            let found = try JSONDecoder().decode(Documents.QueryAnswer.self, from: Data(answer.body))
            let quantile = try #require(Double(found.data?.result.first?.value.last?.text ?? ""))
            #expect(abs(quantile / exact - 1) < 0.091, "\(quantile) instead of \(exact)")
            let sum = try await prometheus.samples("start_seconds").first?.histograms?.first?.value.sum
            #expect(abs((Double(sum ?? "") ?? 0) - values.reduce(0, +)) < 1e-6)

            for selector in ["start_seconds", "start_seconds_bucket"] {
                let traces = try await prometheus.exemplars(selector).flatMap(\.exemplars)
                #expect(!traces.isEmpty, "\(selector)")
                #expect(traces.allSatisfy { $0.labels["trace_id"] == "trace\(Double($0.value) ?? 0)" })
            }

            level.remove(Label(.left))
            await writer.record(registry.snapshot())
            try await eventually("the removed child's series has ended") { try await prometheus.count("level") == 1 }
            #expect(try await prometheus.count("start_seconds") == 1)
            sending.cancel()
            await sending.value
            await writer.finish(within: .seconds(10))
            for query in ["level", "start_seconds", "start_seconds_bucket", "start_seconds_count"] {
                #expect(try await prometheus.count(query) == 0, "\(query) goes on after the end")
                #expect(try await !prometheus.samples(query).isEmpty, "\(query)")
            }
            #expect(notices.withLockedValue { $0 } == [])
            try await expectClean(registry.exposition())
        }
    }

    /// Prometheus answers 500, after which the protocol wants everything kept; the log names the cause.
    @Test(.timeLimit(.minutes(1)))
    func aReceiverWithoutNativeHistogramsSaysSo() async throws {
        try await PrometheusServer.around(features: []) { prometheus async throws in
            let producer = Producer()
            let (writer, notices) = writer(to: prometheus.receiver, registry: producer.registry)
            let sending = Task { await writer.sendAll() }
            await writer.record(producer.collect())
            try await eventually("an answer") { notices.withLockedValue { !$0.isEmpty } }
            #expect(notices.withLockedValue { $0 } == [.failing("status 500: native histograms are disabled")])
            #expect(producer.metric("samples_dropped_total") == 0)
            sending.cancel()
            await sending.value
        }
    }

    enum Side: String, LabelValue {
        case left
        case right

        static let labelName = "side"
    }

    /// promlint has nothing to say about the sender's own families.
    private func expectClean(_ exposition: [UInt8]) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "metrics")
        try Data(exposition).write(to: file)
        let lint = try await SpawnedProgram.run(
            ["sh", "-c", "promtool check metrics <'\(file.path)'"], within: .seconds(20))
        #expect(String(decoding: exposition, as: UTF8.self).contains("telemetry_remote_write_samples_sent_total"))
        #expect(lint.exitCode == 0 && lint.output.isEmpty, "\(lint.output)")
    }

    private func writer(
        to url: String, registry: Registry, configure: (inout RemoteWriteConfiguration) -> Void = { _ in }
    ) -> (writer: RemoteWriter, notices: NIOLockedValueBox<[RemoteWriteNotice]>) {
        var configuration = RemoteWriteConfiguration()
        configuration.externalLabels = [
            LabelPair("job", "remote-write-test"), LabelPair("instance", "here"), LabelPair("site", "external"),
        ]
        configuration.histograms = .both
        configuration.minimumBackoff = .milliseconds(50)
        configuration.maximumBackoff = .seconds(1)
        configure(&configuration)
        let transport = RemoteWriteTransport(outbound: ApplianceRun.client, url: url)
        let notices = NIOLockedValueBox<[RemoteWriteNotice]>([])
        let writer = RemoteWriter(
            configuration: configuration, registry: registry,
            notify: { notice in notices.withLockedValue { $0.append(notice) } }, send: { await transport.send($0) })
        return (writer, notices)
    }
}
