import HTTPTypes

/// One operation of the API, as its description tells it.
struct APIOperation: Sendable {
    /// Who may use it.
    enum Access: Sendable {
        case everybody, readers, operators, scrapers, discoverers
    }

    /// Where a parameter stands.
    enum Place: String, Sendable {
        case path, query, header
    }

    struct Parameter: Sendable {
        var place: Place
        var name: String
        var schema: JSONValue
        var text: String
        var isRequired: Bool
    }

    struct Answer: Sendable {
        var status: Int
        var text: String
        /// By media type; none: without a body.
        var content: [String: JSONValue]
    }

    var method: String
    var path: String
    var tag: String
    var summary: String
    var access: Access
    var parameters: [Parameter] = []
    var body: JSONValue?
    var isBodyRequired = true
    var answers: [Answer] = []

    init(_ method: String, _ path: String, _ tag: String, _ summary: String, _ access: Access) {
        self.method = method
        self.path = path
        self.tag = tag
        self.summary = summary
        self.access = access
    }

    /// A parameter; those of the path are required, others where it says so.
    func with(
        _ place: Place, _ name: String, _ schema: JSONValue, _ text: String, isRequired: Bool = false
    ) -> APIOperation {
        var copy = self
        copy.parameters.append(
            Parameter(
                place: place, name: name, schema: schema, text: text, isRequired: isRequired || place == .path))
        return copy
    }

    func reading(_ body: JSONValue, isRequired: Bool = true) -> APIOperation {
        var copy = self
        copy.body = body
        copy.isBodyRequired = isRequired
        return copy
    }

    /// An answer in JSON; without a schema, one without a body.
    func answering(_ status: Int, _ schema: JSONValue?, _ text: String) -> APIOperation {
        answering(status, as: schema.map { ["application/json": $0] } ?? [:], text)
    }

    func answering(_ status: Int, as content: [String: JSONValue], _ text: String) -> APIOperation {
        var copy = self
        copy.answers.append(Answer(status: status, text: text, content: content))
        return copy
    }

    /// An error in the notation of the earlier API, `{"detail": …}`.
    func failing(_ status: Int, _ text: String) -> APIOperation {
        answering(status, Schema.named("Detail"), text)
    }

    /// An error of newer endpoints (RFC 9457).
    func refusing(_ status: Int, _ text: String) -> APIOperation {
        answering(status, as: ["application/problem+json": Schema.named("Problem")], text)
    }

    /// An entity tag and what a caller that knows it gets.
    var conditional: APIOperation {
        with(.header, "If-None-Match", Schema.text, "tags of what the caller knows already")
            .answering(304, nil, "nothing has changed")
    }
}
