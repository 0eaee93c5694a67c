import Hummingbird

/// An error of a newer endpoint: `application/problem+json` with a stable `code`.
struct Problem: Error {
    var status: HTTPResponse.Status
    var code: String
    var title: String
    var detail: String
    /// Seconds until it is worth asking again.
    var retryAfter: Int?

    var response: Response {
        var headers: HTTPFields = [:]
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        return .json(
            [
                "type": "about:blank", "title": .string(title), "status": JSONValue(status.code),
                "code": .string(code), "detail": .string(detail),
            ], status: status, headers: headers, contentType: "application/problem+json")
    }
}

/// An error in the notation of the earlier API: `{"detail": …}`.
struct DetailError: Error {
    var status: HTTPResponse.Status
    var detail: JSONValue
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ detail: JSONValue, headers: HTTPFields = [:]) {
        self.status = status
        self.detail = detail
        self.headers = headers
    }

    var response: Response { .json(["detail": detail], status: status, headers: headers) }
}
