public import Logging
import Telemetry

/// How log lines are written to standard error.
public enum LogFormat: String, Sendable, Hashable, CaseIterable {
    /// For people: time, level, logger, metadata, message.
    case text
    /// For collectors: one JSON object a line, see ``JSONLogHandler``.
    case json

    /// Parses `text` or `json`, in any case.
    public static func parse(_ text: String) -> LogFormat? { LogFormat(rawValue: text.lowercased()) }

    /// A handler for a program's loggers. Both formats carry the trace's id, and neither lets its caller wait for
    /// standard error.
    public func handler(label: String, level: Logger.Level) -> any LogHandler {
        switch self {
        case .text:
            var handler = StreamLogHandler(
                label: label, stream: StandardErrorLines(), metadataProvider: TraceContext.logMetadata)
            handler.logLevel = level
            return handler
        case .json:
            var handler = JSONLogHandler(label: label)
            handler.logLevel = level
            return handler
        }
    }

    /// The same, with a level that may change while the program runs.
    public func handler(label: String, level: LogLevelSwitch) -> any LogHandler {
        // The level is asked for before a line is made: the handler below takes whatever comes.
        SwitchedLogHandler(handler(label: label, level: .trace), level: level)
    }
}
