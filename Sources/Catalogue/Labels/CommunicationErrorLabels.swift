public import Telemetry

/// A call that failed.
public struct CommunicationErrorLabels: LabelSet {
    public enum Source: String, CaseIterable, Sendable {
        case engine, provider, proxy
    }

    public enum ErrorType: String, CaseIterable, Sendable {
        case timeout, connection, `protocol`, refused
    }

    public static var labelNames: [String] { ["source", "error_type"] }
    public var labelValues: [String] { [source.rawValue, errorType.rawValue] }
    let source: Source
    let errorType: ErrorType

    public init(_ source: Source, _ errorType: ErrorType) {
        self.source = source
        self.errorType = errorType
    }

    public static let all = Source.allCases.flatMap { source in ErrorType.allCases.map { Self(source, $0) } }
}
