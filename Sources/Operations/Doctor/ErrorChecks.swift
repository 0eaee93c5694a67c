import Foundation

/// What went wrong lately: the event log, and log files. Blocks.
enum ErrorChecks {
    /// What is read of each log file, from its end.
    private static let maximumBytes: UInt64 = 1 << 20
    private static let hour: TimeInterval = 3600

    static func findings(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        var findings: [Finding] = []
        if let events = observation.events {
            let bad = events.filter { event in
                let isBad = ["fail", "error", "unhealthy", "lost", "exited"].contains { event.category.contains($0) }
                return isBad && isRecent(event.timestamp)
            }
            findings.append(
                Finding(
                    .errors, "event log", bad.count > 20 ? .critical : bad.isEmpty ? .ok : .warning,
                    bad.isEmpty
                        ? "nothing in the last hour"
                        : "\(bad.count) in the last hour, the newest: \(bad[0].message.prefix(120))",
                    advice: "GET /events lists them"))
        } else {
            findings.append(Finding(.errors, "event log", .skipped, "not to be had"))
        }
        if targets.logs.isEmpty {
            findings.append(Finding(.errors, "log files", .skipped, "none is named; --log FILE"))
        }
        return findings + targets.logs.compactMap(log)
    }

    private static func isRecent(_ text: String) -> Bool {
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        guard let date = format.date(from: text) else { return true }
        return date.timeIntervalSinceNow > -hour
    }

    private static func log(_ path: String) -> Finding? {
        let name = "log \(URL(fileURLWithPath: path).lastPathComponent)"
        guard let file = FileHandle(forReadingAtPath: path) else {
            return Finding(.errors, name, .skipped, "\(path) cannot be read")
        }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > maximumBytes ? size - maximumBytes : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        let marks = [
            " error ", " critical ", "\"level\":\"error\"", "\"level\":\"critical\"", "level=error", "Fatal error",
        ]
        let bad = text.split(separator: "\n").filter { line in marks.contains { line.contains($0) } }
        return Finding(
            .errors, name, bad.isEmpty ? .ok : .warning,
            bad.isEmpty ? "no error" : "\(bad.count) errors, the last: \((bad.last ?? "").suffix(160))",
            advice: "see \(path)")
    }
}
