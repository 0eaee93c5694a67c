import Appliance
import Foundation
import Outbound
import Testing

extension RunningApplianceTests {
    /// What is there once `weir up` says that it is.
    @Suite struct ReadyTests {
        @Test func theTableHasExactlyThePromisedKeys() throws {
            let run = try ApplianceRun.current()
            let json = try JSONSerialization.jsonObject(with: Data(contentsOf: run.json))
            let table = try #require(json as? [String: Any])
            let keys: Set = ["proxy", "orchestrator", "prometheus", "alertmanager", "panel", "api_key", "data", "pids"]
            #expect(Set(table.keys) == keys)
            let components: Set = ["supervisor", "orchestrator", "proxy", "prometheus", "alertmanager"]
            #expect(Set(run.table.pids.keys) == components)
            #expect(run.table.pids["supervisor"] == run.supervisor.pid)
            #expect(Set(try run.readTable().pids.values).isSubset(of: run.processes()))
            #expect(run.table.panel == run.table.orchestrator + "/panel/")
            #expect(!run.table.apiKey.isEmpty)
        }

        @Test func theStreamIsRealVideoThatDecodesWithoutAnError() async throws {
            let run = try ApplianceRun.current()
            let url = run.url(of: ApplianceRun.content(1))
            async let probing = SpawnedProgram.run(
                [
                    "ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
                    "stream=codec_type,codec_name,width", "-of", "default=nokey=1", url,
                ], within: .seconds(40))
            async let decoding = SpawnedProgram.run(
                ["ffmpeg", "-nostdin", "-v", "error", "-i", url, "-t", "10", "-f", "null", "-"], within: .seconds(60))
            let (probe, decoder) = try await (probing, decoding)
            #expect(probe.exitCode == 0)
            for fact in ["mpeg2video", "video", "640"] {
                #expect(probe.output.split(separator: "\n").contains(Substring(fact)), "\(probe.output)")
            }
            #expect(decoder.output == "")
            #expect(decoder.exitCode == 0)
        }

        @Test func prometheusScrapesBothServices() async throws {
            let run = try ApplianceRun.current()
            try await eventually("both targets are up, for classic and for native histograms") {
                let series = try await run.query("up")
                let up = series.filter { $0.value.last?.text == "1" }.compactMap { $0.metric["job"] }
                let jobs = ["weir-proxy", "weir-orchestrator"]
                return Set(up) == Set(jobs + jobs.map { $0 + "-native" }) && series.count == 4
            }
        }

        @Test(arguments: [Component.proxy, .orchestrator]) func metricsPassPromtool(
            component: Component
        ) async throws {
            let run = try ApplianceRun.current()
            let metrics = try await run.get(run.table.url(of: component) + "/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.text.contains("weir_build_info"))
            let file = run.directory.appending(path: "metrics.txt")
            try metrics.text.write(to: file, atomically: true, encoding: .utf8)
            let check = try await SpawnedProgram.run(
                ["sh", "-c", "promtool check metrics < \(file.path)"], within: .seconds(30))
            #expect(check.output == "")
            #expect(check.exitCode == 0)
        }

        @Test func everyQueryOfTheDashboardHasData() async throws {
            let run = try ApplianceRun.current()
            var silent = Set(try Dashboard.overviewQueries())
            try #require(silent.count > 20)
            let (viewer, _) = try await run.play(ApplianceRun.content(2))
            defer { viewer.close() }
            do {
                try await eventually("all queries have data", within: .seconds(30)) {
                    for query in silent where try await !run.query(query).isEmpty { silent.remove(query) }
                    return silent.isEmpty
                }
            } catch {
                Issue.record("\(error): no series from \(silent.sorted())")
            }
        }
    }
}
