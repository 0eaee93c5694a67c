import Foundation
import Testing

/// The wall clock of both services jumps by days while a stream plays: what counts time counts it on a clock that does
/// not jump. libfaketime shifts the clock of these processes alone.
@Suite(.timeLimit(.minutes(4)))
struct ClockJumpTests {
    @Test func neitherStreamsNorEnginesNorLeasesNoticeIt() async throws {
        try await ShiftedServices.around { services in
            let viewer = try services.player("0")
            defer { viewer.close() }
            try await eventually("a second arrives") { viewer.seen.packets > 1800 }
            let stream = try await eventually("the orchestrator knows the stream") {
                try await services.startedStreams().first
            }
            let engines = try await eventually("two engines are free beside it") {
                let engines = try await services.engines()
                return engines.count(where: \.isFree) >= 2 ? Set(engines.map(\.containerId)) : nil
            }
            for (number, days) in [2, -3, 0].enumerated() {
                try services.shift(days: days)
                // A viewer who comes now is listed with the time that the proxy believes in.
                try await eventually("the proxy's clock shows it") {
                    let late = try services.player("late\(number)")
                    defer { late.close() }
                    try await eventually("a new stream plays") { late.seen.packets > 100 }
                    return try await services.daysShown() == days
                }
                // A time limit that went by this clock would be over at once.
                try await viewer.expectUndisturbed(for: .seconds(4))
                #expect(try await services.startedStreams().contains { $0.id == stream.id })
                let now = try await services.engines()
                #expect(engines.isSubset(of: now.map(\.containerId)), "engines were replaced")
                #expect(now.count { $0.healthStatus == "unhealthy" } == 0)
                #expect(try await services.orchestrator("/health/ready").status == 200)
                #expect(try await services.proxyHealth() == "ok")
            }
            viewer.close()
            try await eventually("nothing plays, nothing is leased") {
                guard try await services.startedStreams().isEmpty else { return false }
                return try await services.engines().allSatisfy { $0.leases == 0 && $0.streams.isEmpty }
            }
        }
    }
}
