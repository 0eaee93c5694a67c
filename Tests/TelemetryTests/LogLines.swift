import Foundation
import Logging
import NIOConcurrencyHelpers
import Telemetry
import Testing

/// Collects the lines of a JSON log handler.
final class LogLines: Sendable {
    private let lines = NIOLockedValueBox<[[UInt8]]>([])

    var raw: [[UInt8]] { lines.withLockedValue { $0 } }

    var logger: Logger {
        Logger(label: "test") { label in
            var handler = JSONLogHandler(label: label) { line in self.lines.withLockedValue { $0.append(line) } }
            handler.logLevel = .trace
            return handler
        }
    }

    /// The last line as text, without its line break.
    var last: String { String(decoding: raw.last?.dropLast() ?? [], as: UTF8.self) }

    /// The last line as an independent reader of JSON reads it.
    func lastObject(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any], sourceLocation: sourceLocation)
    }
}
