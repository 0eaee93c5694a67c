import Foundation
import Glibc
import Testing

/// Two orchestrators on one database: one acts, the other waits.
@Suite struct StandbyTests {
    @Test func theStandbyActsOnceTheActiveOneIsKilledAndTouchesNoEngine() async throws {
        try await OrchestratorPair.around { pair async throws in
            let active = try pair.start(0)
            try await eventually("the first one is ready") { try await pair.isReady(0) }
            try await pair.settle(0, 2)
            _ = try pair.start(1)
            try await eventually("the second one answers") { try await pair.ask(1, "/health").status == 200 }
            let refusal = try await pair.ask(1, "/engines")
            #expect(refusal.status == 503)
            #expect(refusal.headers["retry-after"] == "2")
            #expect(refusal.text.contains(#""code":"standby""#))
            #expect(try await pair.ask(1, "/health/ready").status == 503)
            #expect(try await pair.ask(1, "/metrics").text.contains("\norch_leader 0\n"))
            #expect(try await pair.ask(0, "/metrics").text.contains("\norch_leader 1\n"))
            let processes = pair.engineProcesses
            let ids = Set(try await pair.engines(0).map(\.containerId))

            active.send(SIGKILL)
            try await eventually("the second one acts", within: .seconds(10)) { try await pair.isReady(1) }
            #expect(Set(try await pair.engines(1).map(\.containerId)) == ids)
            #expect(pair.engineProcesses == processes)
            #expect(try await pair.ask(1, "/metrics").text.contains("\norch_leader 1\n"))
            // It does act: more engines are wanted and come.
            #expect(try await pair.ask(1, "/scale/3", ["-X", "POST"]).status == 200)
            try await pair.settle(1, 3)
            #expect(pair.engineProcesses.isSuperset(of: processes))
            // The one that was killed comes back as the standby.
            _ = try pair.start(0, log: "orchestrator0-again.log")
            try await eventually("the first one waits") { try await pair.ask(0, "/health").status == 200 }
            #expect(try await pair.ask(0, "/streams").status == 503)
        }
    }

    @Test func oneThatWasStoppedAndWokenChangesNothing() async throws {
        try await OrchestratorPair.around { pair async throws in
            let active = try pair.start(0)
            try await eventually("the first one is ready") { try await pair.isReady(0) }
            try await pair.settle(0, 2)
            _ = try pair.start(1)
            try await eventually("the second one answers") { try await pair.ask(1, "/health").status == 200 }

            active.send(SIGSTOP)
            try await eventually("the second one acts", within: .seconds(30)) { try await pair.isReady(1) }
            // What the first one would like to do something about: an engine that ended, and more wanted.
            #expect(try await pair.ask(1, "/scale/4", ["-X", "POST"]).status == 200)
            let lost = try #require(pair.engineProcesses.first)
            kill(lost, SIGKILL)
            try await eventually("the second one has replaced it") {
                let engines = try await pair.engines(1)
                return engines.count == 4 && engines.allSatisfy(\.isHealthy) && pair.engineProcesses.count == 4
            }
            let processes = pair.engineProcesses
            let ids = Set(try await pair.engines(1).map(\.containerId))
            let history = try await pair.ask(1, "/events?limit=1000&event_type=engine").text

            active.send(SIGCONT)
            #expect(try await active.ended(within: .seconds(30)) == 1)
            #expect(active.output.contains("another orchestrator leads"))
            #expect(pair.engineProcesses == processes)
            #expect(Set(try await pair.engines(1).map(\.containerId)) == ids)
            #expect(try await pair.ask(1, "/events?limit=1000&event_type=engine").text == history)
            #expect(try await pair.isReady(1))
        }
    }

    @Test func withoutStandbyAFileInUseIsRefused() async throws {
        try await OrchestratorPair.around(["STANDBY": "false"]) { pair async throws in
            let active = try pair.start(0)
            try await eventually("the first one is ready") { try await pair.isReady(0) }
            let second = try pair.start(1)
            #expect(try await second.ended(within: .seconds(30)) == 1)
            #expect(second.output.contains("is in use by another orchestrator"))
            active.send(SIGKILL)
            _ = try pair.start(1, log: "orchestrator1-again.log")
            try await eventually("after its end it is free", within: .seconds(10)) { try await pair.isReady(1) }
        }
    }

    @Test func aRestartInTheMiddleOfFiftyStreamsLosesNothing() async throws {
        let settings = [
            "MIN_REPLICAS": "1", "MAX_REPLICAS": "2", "MAX_STREAMS_PER_ENGINE": "60", "COLLECT_INTERVAL_S": "1",
            "PROXY_TTL_S": "60",
        ]
        try await OrchestratorPair.around(settings) { pair async throws in
            let first = try pair.start(0)
            try await eventually("it is ready") { try await pair.isReady(0) }
            try await eventually("an engine is healthy") { try await pair.engines(0).contains(where: \.isHealthy) }
            let proxy = try pair.startProxy()
            let viewers = try (0..<50).map { number in
                let content = String(repeating: "0", count: 38) + String(10 + number)
                return try SpawnedProgram(
                    "/usr/bin/env",
                    [
                        "curl", "-s", "-o", "/dev/null", "--limit-rate", "20K", "--retry", "30", "--retry-connrefused",
                        "--retry-delay", "1", "http://127.0.0.1:\(pair.proxyPort)/ace/getstream?id=\(content)",
                    ], environment: ["PATH": SpawnedProgram.searchPath],
                    log: pair.directory.appending(path: "viewer\(number)"))
            }
            defer { viewers.forEach { $0.send(SIGKILL) } }
            try await eventually("fifty streams run", within: .seconds(90)) { try await pair.streams(0).count == 50 }
            let streams = try await pair.streams(0)
            let engines = Set(try await pair.engines(0).map(\.containerId))
            let processes = pair.engineProcesses
            let history = try await pair.ask(0, "/events?limit=1000&category=started").text

            first.send(SIGKILL)
            _ = try await first.ended(within: .seconds(10))
            _ = try pair.start(0, log: "orchestrator0-again.log")
            try await eventually("it is ready again", within: .seconds(10)) { try await pair.isReady(0) }
            #expect(Set(try await pair.streams(0).map(\.id)) == Set(streams.map(\.id)))
            #expect(Set(try await pair.streams(0).map(\.containerId)) == Set(streams.map(\.containerId)))
            #expect(Set(try await pair.engines(0).map(\.containerId)).isSuperset(of: engines))
            #expect(pair.engineProcesses.isSuperset(of: processes))
            #expect(try await pair.ask(0, "/events?limit=1000&category=started").text == history)
            #expect(viewers.allSatisfy { $0.exitCode == nil })
            #expect(proxy.exitCode == nil)
        }
    }
}
