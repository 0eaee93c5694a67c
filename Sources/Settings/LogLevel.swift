public import Logging

/// Log levels in the spellings of both earlier implementations.
public enum LogLevel {
    /// Parses `DEBUG`, `INFO`, `WARN`, `WARNING`, `ERROR`, … in any case.
    public static func parse(_ text: String) -> Logger.Level? {
        switch text.lowercased() {
        case "warn": .warning
        case "fatal": .critical
        default: Logger.Level(rawValue: text.lowercased())
        }
    }
}
