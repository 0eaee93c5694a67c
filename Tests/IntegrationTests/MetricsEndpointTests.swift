import Foundation
import Testing

/// `/metrics` of the built programs, asked over HTTP.
@Suite struct MetricsEndpointTests {
    typealias Service = ServiceRun.Service

    @Test(arguments: Service.allCases) func answersAsPrometheusAsks(service: Service) async throws {
        try await ServiceRun.around(service) { run in
            try await formats(run)
            try await framing(run, service)
            try await parameters(run)
            try await compression(run)
            try await timeout(run)
            try await manyAtOnce(run)
        }
    }

    private func formats(_ run: ServiceRun) async throws {
        let text = "text/plain; version=0.0.4; charset=utf-8"
        let openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
        let protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
        let wanted: [(accept: String, type: String)] = [
            ("*/*", text), ("nonsense", text), ("text/plain;version=0.0.4;q=0.5", text),
            ("application/openmetrics-text;version=1.0.0,text/plain;q=0.5", openMetrics),
            ("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.5", text),
            (
                "application/openmetrics-text;version=2.0.0",
                "application/openmetrics-text; version=2.0.0; charset=utf-8"
            ),
            ("\(protobuf),application/openmetrics-text;version=1.0.0;q=0.8", protobuf),
        ]
        for (accept, type) in wanted {
            let reply = try await run.curl("/metrics", ["-H", "Accept: \(accept)"])
            #expect(reply.status == 200)
            let shown = reply.headers["content-type"]?.replacing("; ", with: ";")
            #expect(shown == type.replacing("; ", with: ";"), "\(accept)")
            #expect(reply.headers["vary"]?.contains("Accept") == true)
            #expect(reply.text.hasSuffix("# EOF\n") == type.contains("openmetrics"), "\(accept)")
            if type == protobuf { #expect(try families(in: reply.body) > 10) }
        }
        let python = URL(fileURLWithPath: #filePath).appending(path: "../../../.build/readers/bin/python")
            .standardizedFileURL
        let strict = run.directory.appending(path: "strict.om")
        let document = try await run.curl("/metrics?created=true", ["-H", "Accept: application/openmetrics-text"])
        try document.body.write(to: strict)
        let read =
            "from prometheus_client.openmetrics.parser import text_string_to_metric_families as read\n"
            + "print(len(list(read(open('\(strict.path)', newline='').read()))) > 10)"
        let parser = try await SpawnedProgram.run([python.path, "-c", read], within: .seconds(30))
        #expect(parser.output == "True\n")
        let promtool = try await SpawnedProgram.run(
            ["sh", "-c", "curl -sS http://\(run.address)/metrics | promtool check metrics"], within: .seconds(30))
        #expect(promtool.output == "")
        #expect(promtool.exitCode == 0)
    }

    private func framing(_ run: ServiceRun, _ service: Service) async throws {
        let chunked = try await run.curl("/metrics")
        #expect(chunked.headers["transfer-encoding"] == "chunked")
        #expect(chunked.headers["content-length"] == nil)
        let old = try await run.curl("/metrics", ["--http1.0", "-H", "Accept: application/openmetrics-text"])
        #expect(old.status == 200)
        // Hummingbird sends chunks to readers of HTTP/1.0 too.
        if service == .proxy { #expect(old.headers["transfer-encoding"] == nil) }
        #expect(old.text.hasSuffix("# EOF\n"))
        let head = try await run.curl("/metrics", ["--head"])
        #expect(head.status == 200)
        #expect(head.headers["content-type"] == chunked.headers["content-type"])
        #expect(head.exitCode == 0)
        // One after the other, over one connection where it is kept: nothing is left over from the first.
        let both = try await SpawnedProgram.run(
            [
                "curl", "-sS", "-I", "http://\(run.address)/metrics", "--next", "-sS", "-o", "/dev/null", "-w",
                "%{http_code} %{num_connects}", "http://\(run.address)/metrics",
            ], within: .seconds(20))
        #expect(both.exitCode == 0 && both.output.contains("\n200 "), "\(both.output)")
    }

    private func parameters(_ run: ServiceRun) async throws {
        for query in ["histograms=all", "histograms=", "histograms=Classic", "created=1"] {
            let reply = try await run.curl("/metrics?\(query)")
            #expect(reply.status == 400, "\(query)")
            #expect(reply.text.contains("allowed"), "\(reply.text)")
        }
        #expect(try await run.curl("/metrics?histograms=native").lines.contains { $0.contains("_bucket") } == false)
        #expect(try await run.curl("/metrics?histograms=both").lines.contains { $0.contains("_bucket{") })
        #expect(try await run.curl("/metrics?other=1").status == 200)
        let one = try await run.curl("/metrics?name[]=weir_build_info")
        #expect(
            Set(one.lines.filter { !$0.hasPrefix("#") && !$0.isEmpty }.map { $0.prefix(16) }) == ["weir_build_info{"])
        let escaped = try await run.curl("/metrics?name%5B%5D=weir%5Fbuild%5Finfo")
        #expect(escaped.body == one.body)
        let none = try await run.curl("/metrics?name[]=nothing")
        #expect(none.status == 200)
        #expect(none.body.isEmpty)
        let all = try await run.curl("/metrics").lines
        let family = try #require(all.first { $0.hasPrefix("# TYPE") && $0.hasSuffix(" histogram") })
            .split(separator: " ")[2]
        let histogram = try await run.curl("/metrics?name[]=\(family)_bucket&name[]=weir_build_info")
        #expect(
            Set(histogram.lines.filter { $0.hasPrefix("# TYPE") }.map { $0.split(separator: " ")[2] }) == [
                family, "weir_build_info",
            ])
    }

    private func compression(_ run: ServiceRun) async throws {
        let path = "/metrics?name[]=weir_build_info"
        let plain = try await run.curl(path)
        #expect(plain.headers["content-encoding"] == nil)
        for encoding in ["gzip", "br, gzip;q=0.5", "*"] {
            let reply = try await run.curl(path, ["-H", "Accept-Encoding: \(encoding)"])
            #expect(reply.headers["content-encoding"] == "gzip", "\(encoding)")
            let file = run.directory.appending(path: "metrics.gz")
            try reply.body.write(to: file)
            let inflated = try await SpawnedProgram.run(["gzip", "-dc", file.path], within: .seconds(10))
            #expect(inflated.output == plain.text)
        }
        for encoding in ["identity", "br", "gzip;q=0", "gzip;q=nonsense"] {
            let reply = try await run.curl(path, ["-H", "Accept-Encoding: \(encoding)"])
            #expect(reply.headers["content-encoding"] == nil, "\(encoding)")
            #expect(reply.body == plain.body)
        }
        let whole = try await run.curl("/metrics", ["--compressed", "-H", "Accept: application/openmetrics-text"])
        #expect(whole.headers["content-encoding"] == "gzip")
        #expect(whole.text.hasSuffix("# EOF\n"))
    }

    /// What takes longer than Prometheus waits is broken off, so that nobody takes it for complete.
    private func timeout(_ run: ServiceRun) async throws {
        let header = "X-Prometheus-Scrape-Timeout-Seconds: "
        let late = try await run.curl("/metrics", ["-H", header + "0.0000001"])
        #expect(late.exitCode != 0)
        for value in ["10", "-1", "nonsense", "nan"] {
            let reply = try await run.curl("/metrics", ["-H", header + value])
            #expect(reply.status == 200 && reply.exitCode == 0 && !reply.body.isEmpty, "\(value)")
        }
    }

    private func manyAtOnce(_ run: ServiceRun) async throws {
        try await withThrowingTaskGroup(of: ServiceRun.Reply.self) { group in
            for number in 0..<24 {
                let options = number % 2 == 0 ? ["--compressed"] : []
                group.addTask {
                    try await run.curl("/metrics", options + ["-H", "Accept: application/openmetrics-text"])
                }
            }
            var names: Set<[Substring]> = []
            for try await reply in group {
                #expect(reply.status == 200 && reply.exitCode == 0)
                #expect(reply.text.hasSuffix("# EOF\n"))
                names.insert(reply.lines.filter { $0.hasPrefix("# TYPE") })
            }
            #expect(names.count == 1)
        }
    }

    /// How many delimited messages there are; the last must end where the body does.
    private func families(in body: Data) throws -> Int {
        let bytes = [UInt8](body)
        var position = 0
        var count = 0
        while position < bytes.count {
            var length = 0
            var shift = 0
            repeat {
                length |= Int(bytes[position] & 0x7f) << shift
                shift += 7
                position += 1
            } while position < bytes.count && bytes[position - 1] >= 0x80
            position += length
            count += 1
        }
        #expect(position == bytes.count)
        return count
    }
}
