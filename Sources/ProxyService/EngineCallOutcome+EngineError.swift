import Catalogue
import EngineAPI

extension EngineCallOutcome {
    init(_ error: EngineError) {
        switch error.code {
        case .deadContent: self = .deadContent
        case .refused: self = .refused
        case .timeout: self = .timeout
        case .connection: self = .connection
        case .malformedAnswer: self = .malformedAnswer
        }
    }
}
