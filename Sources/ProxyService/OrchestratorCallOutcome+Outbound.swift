import Catalogue
import Outbound

extension OrchestratorCallOutcome {
    init(status: Int) {
        switch status {
        case ..<400: self = .ok
        case ..<500: self = .refused
        default: self = .unavailable
        }
    }

    init(_ error: OutboundError) {
        switch error.code {
        case .timeout: self = .timeout
        case .connection, .interrupted: self = .connection
        case .cancelled: self = .cancelled
        case .badRequest, .bodyTooLarge, .brokenAnswer: self = .malformedAnswer
        }
    }
}
