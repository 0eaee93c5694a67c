import Foundation
import Logging
import NIOConcurrencyHelpers
import Telemetry

/// The lines of a JSON log, as far as tests look at them.
final class LogLines: Sendable {
    struct Line: Decodable, Sendable {
        var message: String
        var trace_id: String?
        var metadata: [String: String]?
    }

    private let lines = NIOLockedValueBox<[[UInt8]]>([])

    var logger: Logger {
        Logger(label: "test") { label in
            JSONLogHandler(label: label) { line in self.lines.withLockedValue { $0.append(line) } }
        }
    }

    func all(_ message: String) throws -> [Line] {
        try lines.withLockedValue { $0 }.map { try JSONDecoder().decode(Line.self, from: Data($0)) }
            .filter { $0.message == message }
    }
}
