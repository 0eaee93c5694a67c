public import Telemetry

/// A call that failed.
public struct CommunicationErrorLabels: LabelSet {
    public enum Source: String, CaseIterable, Sendable {
        /// A health check of an engine that was ready failed.
        case engine
        /// A call to the engine provider failed.
        case provider
        /// A proxy sent a document that cannot be read.
        case proxy
        /// Gluetun's control server could not be asked.
        case vpn
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

    /// Every combination that occurs.
    public static let all =
        ErrorType.allCases.map { Self(.engine, $0) }
        + [.timeout, .connection, .refused].map { Self(.provider, $0) } + [Self(.proxy, .protocol)]
        + [.connection, .protocol, .refused].map { Self(.vpn, $0) }
}
