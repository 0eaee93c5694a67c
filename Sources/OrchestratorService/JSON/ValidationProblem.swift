/// One thing wrong with a request, in the notation of the earlier API.
struct ValidationProblem: Sendable, Hashable {
    /// Stable code: `missing`, `string_type`, `int_type`, `enum`, …
    var type: String
    /// Where: `body`, `query` or `path`, then field names and list positions.
    var location: [JSONValue]
    var message: String
    var input: JSONValue

    var document: JSONValue {
        ["type": .string(type), "loc": .array(location), "msg": .string(message), "input": input]
    }
}

/// A request that cannot be understood; answered with 422, all problems at once, and without effect.
struct ValidationError: Error {
    var problems: [ValidationProblem]

    init(_ problems: [ValidationProblem]) {
        self.problems = problems
    }

    init(_ type: String, at location: [JSONValue], _ message: String, input: JSONValue) {
        problems = [ValidationProblem(type: type, location: location, message: message, input: input)]
    }

    var document: JSONValue { ["detail": .array(problems.map(\.document))] }
}
