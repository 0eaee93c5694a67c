import Foundation
import Outbound

/// Asks services, each request bounded in time and size.
struct Questioner: Sendable {
    let client: OutboundClient
    var timeout = Duration.seconds(5)

    func ask(_ url: String, bearer: String? = nil, unixSocket: String? = nil) async -> Reply {
        var request = OutboundRequest("GET", url, timeout: timeout, maximumBodyBytes: 64 << 20)
        request.connectTimeout = .seconds(2)
        request.unixSocketPath = unixSocket
        if let bearer { request.headers.append(("Authorization", "Bearer \(bearer)")) }
        let begin = ContinuousClock.now
        do {
            let answer = try await client.send(request)
            let took = (ContinuousClock.now - begin) / .seconds(1)
            var reply = Reply(status: answer.status, body: answer.body, seconds: took)
            if let date = answer.header("Date").flatMap(Self.date) {
                // The header has whole seconds and was written somewhere in between.
                reply.clockOffset = date.timeIntervalSinceNow + took / 2 + 0.5
            }
            return reply
        } catch {
            return Reply(seconds: (ContinuousClock.now - begin) / .seconds(1), failure: error.message)
        }
    }

    /// The only form that is sent today (RFC 9110, section 5.6.7).
    private static func date(_ text: String) -> Date? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: text)
    }
}
