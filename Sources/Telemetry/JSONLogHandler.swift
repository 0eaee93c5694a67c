import Glibc
public import Logging

/// Writes each log message as one JSON object on one line of standard error.
///
/// | key | value |
/// |---|---|
/// | `time` | RFC 3339, UTC, milliseconds |
/// | `level` | `trace`, `debug`, `info`, `notice`, `warning`, `error`, `critical` |
/// | `logger` | the logger's label |
/// | `message` | text |
/// | `trace_id`, `span_id` | of ``TraceContext/current``; absent without one |
/// | `error` | the error logged, or the metadata value of that name; absent without one |
/// | `metadata` | the remaining metadata: texts, arrays, objects; absent without any |
/// | `truncated` | true when the line was cut to ``maximumLineBytes`` |
///
/// What looks like a secret by its name is replaced (`[redacted]`): metadata such as `authorization`, `api_key`,
/// `token`, `password`, `cookie`, and `Bearer …` or `token=…` in texts. The caller never waits for standard error:
/// lines go to it from a thread of their own, each with one `write`; when it takes none, lines beyond 1 MiB are
/// dropped, counted, and their number logged.
public struct JSONLogHandler: LogHandler {
    /// No line is longer, its line break included.
    public static let maximumLineBytes = 64 << 10

    public var logLevel = Logger.Level.info
    public var metadata = Logger.Metadata()
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let sink: @Sendable ([UInt8]) -> Void

    /// A handler that writes to standard error.
    public init(label: String, metadataProvider: Logger.MetadataProvider? = LoggingSystem.metadataProvider) {
        self.init(label: label, metadataProvider: metadataProvider, sink: LineWriter.standardErrorJSON.submit)
    }

    /// - Parameter sink: is given each line with its line break.
    package init(
        label: String, metadataProvider: Logger.MetadataProvider? = nil, sink: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        self.metadataProvider = metadataProvider
        self.sink = sink
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        var error = event.error.map { Logger.MetadataValue.string("\($0)") }
        if error == nil { error = all.removeValue(forKey: "error") }
        sink(Self.line(label: label, level: event.level, message: event.message.description, error: error, all))
    }

    private static func line(
        label: String, level: Logger.Level, message: String, error: Logger.MetadataValue?, _ metadata: Logger.Metadata
    ) -> [UInt8] {
        // Each part leaves room for those behind it.
        let whole = maximumLineBytes - JSONLine.endLength
        var line = JSONLine()
        line.part("time", upTo: whole) { $0.string(WallTime.now().rfc3339.utf8) }
        line.part("level", upTo: whole) { $0.string(level.rawValue.utf8) }
        line.part("logger", upTo: whole - 9216) { $0.string(label.utf8) }
        line.part("message", upTo: whole - 8192) { write(message, to: &$0) }
        if let trace = TraceContext.current {
            line.part("trace_id", upTo: whole) { $0.string(trace.traceID.utf8) }
            line.part("span_id", upTo: whole) { $0.string(trace.spanIDText.utf8) }
        }
        if let error { line.part("error", upTo: whole - 4096) { write(error, to: &$0) } }
        if !metadata.isEmpty { line.part("metadata", upTo: whole) { write(metadata, to: &$0) } }
        line.finish()
        return line.bytes
    }

    /// What is logged in place of lines that were dropped.
    package static func dropNotice(_ count: Int) -> [UInt8] {
        line(
            label: "log", level: .warning, message: "standard error took no more log lines", error: nil,
            ["dropped_lines": "\(count)"])
    }

    private static func write(_ text: String, to line: inout JSONLine) {
        if text.utf8.count > maximumLineBytes { line.noteCut() }
        line.string(Redaction.redacted(text.utf8.prefix(maximumLineBytes)))
    }

    private static func write(_ metadata: Logger.Metadata, to line: inout JSONLine) {
        line.nested(("{", "}")) { line in
            for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
                line.member(name) { line in
                    if Redaction.isSecret(name.utf8) { line.string(Redaction.mark) } else { write(value, to: &line) }
                }
            }
        }
    }

    private static func write(_ value: Logger.MetadataValue, to line: inout JSONLine) {
        switch value {
        case .string(let text): write(text, to: &line)
        case .stringConvertible(let value): write(value.description, to: &line)
        case .dictionary(let members): write(members, to: &line)
        case .array(let elements):
            line.nested(("[", "]")) { line in
                for element in elements { line.element { write(element, to: &$0) } }
            }
        }
    }
}
