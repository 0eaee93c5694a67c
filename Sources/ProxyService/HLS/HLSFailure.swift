import Catalogue
import NIOHTTP1

/// Why a playlist or segment could not be had.
struct HLSFailure: Error, Sendable, Equatable {
    let outcome: HLSFetchOutcome
    /// One sentence for the player.
    let message: String

    var answer: Answer {
        switch outcome {
        case .notFound: return .text(.notFound, message)
        case .timeout: return .text(.gatewayTimeout, message)
        case .busy:
            var answer = Answer.text(.serviceUnavailable, message)
            answer.retryAfter = 1
            return answer
        case .ok, .refused, .connection, .tooLarge, .malformedAnswer: return .text(.badGateway, message)
        }
    }

    static let unknown = HLSFailure(outcome: .notFound, message: "no such segment, or its session has ended")
}
