import Telemetry
import Testing
import TestSupport

@Suite struct RemoteWriteRetryTests {
    @Test(arguments: [200, 204, 299])
    func successesAreDelivered(status: Int) {
        #expect(RemoteWriteVerdict(.answered(status: status)) == .delivered)
    }

    @Test(arguments: [500, 503, 599, 429])
    func serverErrorsAndTooManyRequestsAreTriedAgain(status: Int) {
        #expect(
            RemoteWriteVerdict(.answered(status: status, retryAfter: 7, message: "busy\nreally"))
                == .retry(after: .seconds(7), detail: "status \(status): busy"))
        #expect(
            RemoteWriteVerdict(.answered(status: status, retryAfter: 1_000_000))
                == .retry(after: RemoteWriteVerdict.longestWait, detail: "status \(status)"))
        #expect(
            RemoteWriteVerdict(.answered(status: status, retryAfter: -1))
                == .retry(after: .zero, detail: "status \(status)"))
    }

    @Test func failuresOfTransportAreTriedAgain() {
        #expect(RemoteWriteVerdict(.failed("refused")) == .retry(after: .zero, detail: "refused"))
    }

    @Test(arguments: [301, 400, 401, 404, 413, 428, 430])
    func everythingElseIsRefusedForGood(status: Int) {
        #expect(RemoteWriteVerdict(.answered(status: status, retryAfter: 1)) == .refused(detail: "status \(status)"))
    }

    @Test(arguments: 0..<50)
    func waitsDoubleUpToTheirBoundAndVary(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var backoff = RemoteWriteBackoff(minimum: .milliseconds(100), maximum: .seconds(5))
        for round in 0..<2 {
            for longest in [100, 200, 400, 800, 1600, 3200, 5000, 5000] {
                let wait = backoff.next(using: &random)
                #expect(wait >= .milliseconds(longest) / 2 && wait <= .milliseconds(longest), "seed \(seed), \(round)")
            }
            backoff.reset()
        }
        var other = SeededGenerator(seed: UInt64(seed) + 1000)
        var another = RemoteWriteBackoff(minimum: .seconds(1), maximum: .seconds(1))
        var same = another
        #expect(another.next(using: &random) != same.next(using: &other))
    }

    @Test func eachChangeIsToldOnce() {
        var health = RemoteWriteHealth()
        let failing = RemoteWriteVerdict.retry(after: .zero, detail: "down")
        let refused = RemoteWriteVerdict.refused(detail: "bad")
        let told = [.delivered, failing, failing, refused, refused, .delivered, .delivered].map { health.notice($0) }
        #expect(told == [nil, .failing("down"), nil, .refused("bad"), nil, .recovered, nil])
    }
}
