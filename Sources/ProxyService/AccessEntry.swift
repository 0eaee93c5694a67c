import Fleet
import Foundation
import Telemetry

/// What the access log says of one request.
struct AccessEntry: Sendable {
    var client: String
    var method: String
    var route: String
    var path: String
    var userAgent: String
    let startedAt: ContinuousClock.Instant
    var content: ContentKey?
    var trace: TraceContext?
    var status = 200
    var bytes: UInt64 = 0
    var firstByteAfter: Duration?
    var session: UInt64?
    var end: String?
    /// When the request had been served.
    var endedAt = ContinuousClock.now
    var time = Date()

    /// With its line break.
    var line: String {
        var fields = [
            "\"time\":\"\(time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))\"",
            "\"client\":\(JSONText.quote(client))", "\"method\":\(JSONText.quote(method))",
            "\"route\":\(JSONText.quote(route))", "\"path\":\(JSONText.quote(path))", "\"status\":\(status)",
            "\"bytes\":\(bytes)", "\"duration_s\":\(Self.seconds(startedAt.duration(to: endedAt)))",
        ]
        if let firstByteAfter { fields.append("\"first_byte_s\":\(Self.seconds(firstByteAfter))") }
        if let content { fields.append("\"content\":\(JSONText.quote(Self.text(content)))") }
        if let session { fields.append("\"session\":\"\(session)\"") }
        if let end { fields.append("\"end\":\(JSONText.quote(end))") }
        fields.append("\"user_agent\":\(JSONText.quote(userAgent))")
        if let trace { fields.append("\"trace_id\":\"\(trace.traceID)\"") }
        return "{" + fields.joined(separator: ",") + "}\n"
    }

    /// A content without what may be secret in its URL.
    static func text(_ content: ContentKey) -> String {
        var value = content.value
        if content.kind == .url, let scheme = value.range(of: "://") {
            value = String(value.prefix { $0 != "?" && $0 != "#" })
            let authority = value[scheme.upperBound...].prefix { $0 != "/" }
            if let at = authority.lastIndex(of: "@") { value.removeSubrange(scheme.upperBound...at) }
        }
        if content.kind == .magnet { value = String(value.prefix { $0 != "&" }) }
        return "\(content.kind.rawValue):\(value.prefix(256))"
    }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
