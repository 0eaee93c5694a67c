import Catalogue
import Foundation
import NIOHTTP1

/// A short, complete answer to a request.
struct Answer: Sendable, Equatable {
    var status: HTTPResponseStatus
    var contentType: String
    var body: [UInt8]
    var retryAfter: Int?
    /// The methods that the route has.
    var allow = "GET, HEAD"
    /// Further header fields.
    var headers: HTTPHeaders = [:]

    static let notFound = text(.notFound, "404 page not found")
    static let methodNotAllowed = text(.methodNotAllowed, "Method not allowed")

    /// Text with a line break at its end, as the proxy that this one replaces answers.
    static func text(_ status: HTTPResponseStatus, _ text: String) -> Answer {
        Answer(status: status, contentType: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
    }

    static func json(_ status: HTTPResponseStatus = .ok, _ text: String) -> Answer {
        Answer(status: status, contentType: "application/json", body: Array(text.utf8))
    }

    static func json(_ status: HTTPResponseStatus = .ok, encoding document: some Encodable) -> Answer {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(document) else { return text(.internalServerError, "internal error") }
        return Answer(status: status, contentType: "application/json", body: Array(body))
    }

    /// An error of a route that no earlier proxy has (RFC 9457).
    static func problem(_ status: HTTPResponseStatus, code: String, _ detail: String) -> Answer {
        var answer = json(
            status,
            """
            {"type":"about:blank","title":\(JSONText.quote(status.reasonPhrase)),"status":\(status.code),\
            "code":\(JSONText.quote(code)),"detail":\(JSONText.quote(detail))}
            """)
        answer.contentType = "application/problem+json"
        return answer
    }

    /// What a client is told whose request a limit does not allow: 429 where it is the client that has too much
    /// (RFC 6585, section 4), else 503.
    static func refused(_ limit: LimitReason) -> Answer {
        var answer = json(
            limit.isOfClient ? .tooManyRequests : .serviceUnavailable,
            """
            {"error":\(JSONText.quote(limit.sentence)),"code":"\(limit.rawValue)","retry_after":\(limit.retryAfter)}
            """)
        answer.retryAfter = limit.retryAfter
        return answer
    }

    /// What a player is told when its stream cannot start.
    static func failure(_ failure: StartFailure) -> Answer {
        if let limit = failure.limit { return refused(limit) }
        guard failure.outcome == .noEngine || failure.retryAfter != nil else {
            return text(.internalServerError, "Failed to start stream: \(failure.message)")
        }
        let seconds = failure.retryAfter ?? 5
        var answer = json(
            .serviceUnavailable, "{\"error\":\(JSONText.quote(failure.message)),\"retry_after\":\(seconds)}")
        answer.retryAfter = seconds
        return answer
    }
}

/// JSON strings (RFC 8259, section 7).
enum JSONText {
    static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
