import TestSupport
import Testing

extension StreamReader {
    /// Lets the stream play on for `duration`, then expects that its viewer has noticed nothing since it joined: no
    /// second without a byte, no packet missing.
    func expectUndisturbed(
        for duration: Duration, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = seen.packets
        let deadline = ContinuousClock.now + duration
        try await eventually("\(duration) pass", within: duration + .seconds(10)) {
            seen.hasEnded || ContinuousClock.now >= deadline
        }
        let after = seen
        #expect(!after.hasEnded, sourceLocation: sourceLocation)
        #expect(after.packets > before, sourceLocation: sourceLocation)
        #expect(after.longestGap <= .seconds(1) + noise.total, sourceLocation: sourceLocation)
        #expect(after.continuityBreaks == [], sourceLocation: sourceLocation)
        #expect(after.misaligned == 0, sourceLocation: sourceLocation)
    }
}
