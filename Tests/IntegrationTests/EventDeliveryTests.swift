import Foundation
import Glibc
import Outbound
import Testing

extension RunningApplianceTests {
    /// Streams that start and end while the orchestrator stands still, or is killed: it knows them all in the end.
    @Suite struct EventDeliveryTests {
        @Test(arguments: [SIGSTOP, SIGKILL])
        func everyStartAndEndIsCountedOnce(signal: Int32) async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let (first, _) = try await run.play(ApplianceRun.content(70))
            let (second, _) = try await run.play(ApplianceRun.content(71))
            defer { [first, second].forEach { $0.close() } }
            let pid = try #require(try run.readTable().pids["orchestrator"])

            kill(pid, signal)
            defer { kill(pid, SIGCONT) }
            // The calls time out that a stopped orchestrator has accepted: it takes them in later, and once more then.
            first.close()
            second.close()
            let third = try StreamReader(run.url(of: ApplianceRun.content(72)))
            defer { third.close() }
            try await eventually("a stream starts meanwhile", within: .seconds(30)) { third.seen.packets > 1800 }
            if signal == SIGSTOP {
                try await eventually("calls time out", within: .seconds(30)) { try await run.retries() >= 2 }
                kill(pid, SIGCONT)
            }
            try await eventually("the orchestrator knows what runs", within: .seconds(40)) {
                guard let streams = try? await run.startedStreams() else { return false }
                return streams.map(\.key) == [ApplianceRun.content(72)]
            }
            third.close()
            try await eventually("everything has ended", within: .seconds(30)) {
                guard try await run.startedStreams().isEmpty else { return false }
                return try await run.openSessions() == 0
            }
            let records = try await run.document(
                [Documents.Stream].self, run.table.orchestrator + "/streams?status=ended")
            for number in 70...72 {
                // A stream that changed its engine meanwhile counts twice, and ends twice.
                #expect(records.contains { $0.key == ApplianceRun.content(number) }, "\(number)")
            }
            #expect(Set(records.map(\.id)).count == records.count)
        }
    }
}

extension ApplianceRun {
    /// Tries to deliver an event that failed.
    fileprivate func retries() async throws -> Int {
        let series = "weir_proxy_events_total{outcome=\"retried\"} "
        let lines = try await get(table.proxy + "/metrics").text.split(separator: "\n")
        return lines.first { $0.hasPrefix(series) }.flatMap { Int($0.dropFirst(series.count)) } ?? 0
    }
}
