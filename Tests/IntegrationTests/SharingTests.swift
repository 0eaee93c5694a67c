import Testing

extension RunningApplianceTests {
    @Suite struct SharingTests {
        @Test func twentyViewersShareOneSessionAndTheLastIsNotDisturbedByTheOthersLeaving() async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let url = run.url(of: ApplianceRun.content(20))
            let viewers = try (0..<20).map { _ in try StreamReader(url) }
            defer { viewers.forEach { $0.close() } }
            try await eventually("a second for each of 20 viewers") { viewers.allSatisfy { $0.seen.packets > 1800 } }
            #expect(try await run.openSessions() == 1)
            #expect(try await run.startedStreams().count == 1)

            for viewer in viewers.dropLast() { viewer.close() }
            let last = viewers[19]
            try await last.expectUndisturbed(for: .seconds(3))
            #expect(try await run.openSessions() == 1)

            last.close()
            try await eventually("the session stops") { try await run.openSessions() == 0 }
            try await eventually("the stream ends") { try await run.startedStreams().isEmpty }
        }
    }
}
