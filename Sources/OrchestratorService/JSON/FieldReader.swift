/// Reads the fields of a JSON object and notes everything that is wrong with them. Unknown fields are ignored.
struct FieldReader {
    /// What was found wrong so far, shared by the readers of one document.
    final class Problems {
        var list: [ValidationProblem] = []
    }

    private let members: [String: JSONValue]
    private let location: [JSONValue]
    private let problems: Problems

    private init(members: [String: JSONValue], location: [JSONValue], problems: Problems) {
        self.members = members
        self.location = location
        self.problems = problems
    }

    /// Reads a whole document with `read`, then throws everything that was wrong.
    static func read<Value>(_ document: JSONValue, _ read: (FieldReader) -> Value?) throws(ValidationError) -> Value {
        let problems = Problems()
        let value = object(document, at: ["body"], problems).flatMap(read)
        guard problems.list.isEmpty, let value else { throw ValidationError(problems.list) }
        return value
    }

    func string(_ key: String) -> String? {
        required(key).flatMap { text($0, key) }
    }

    /// Text that is not empty.
    func words(_ key: String) -> String? {
        guard let text = string(key) else { return nil }
        if text.isEmpty { note("string_too_short", key, "String should have at least 1 character", .string(text)) }
        return text
    }

    func optionalString(_ key: String) -> String? {
        optional(key).flatMap { text($0, key) }
    }

    func int(_ key: String, in range: ClosedRange<Int64>) -> Int? {
        required(key).flatMap { integer($0, key, range) }
    }

    func optionalInt(_ key: String, in range: ClosedRange<Int64>) -> Int? {
        optional(key).flatMap { integer($0, key, range) }
    }

    /// A number or a truth value.
    func optionalFlag(_ key: String) -> Bool? {
        switch optional(key) {
        case nil: nil
        case .bool(let flag): flag
        case .number(let number) where number.rounded() == number: number != 0
        case .some(let value): integer(value, key, .min ... .max).map { $0 != 0 }
        }
    }

    /// One of the raw values of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let value = required(key) else { return nil }
        if case .string(let text) = value, let choice = Choice(rawValue: text) { return choice }
        let allowed = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        note("enum", key, "Input should be one of \(allowed)", value)
        return nil
    }

    func object(_ key: String) -> FieldReader? {
        required(key).flatMap { Self.object($0, at: location + [.string(key)], problems) }
    }

    func optionalObject(_ key: String) -> FieldReader? {
        optional(key).flatMap { Self.object($0, at: location + [.string(key)], problems) }
    }

    /// An object whose values are all text; empty when it is missing.
    func strings(_ key: String) -> [String: String] {
        guard let reader = optionalObject(key) else { return [:] }
        return reader.members.keys.reduce(into: [:]) { result, name in result[name] = reader.optionalString(name) }
    }

    /// All members as numbers.
    func integers(in range: ClosedRange<Int64>) -> [String: Int] {
        members.keys.reduce(into: [:]) { result, name in result[name] = optionalInt(name, in: range) }
    }

    /// The objects of a list; empty when it is missing.
    func objects(_ key: String) -> [FieldReader] {
        guard let value = optional(key) else { return [] }
        guard case .array(let elements) = value else {
            note("list_type", key, "Input should be a valid list", value)
            return []
        }
        return elements.enumerated().compactMap { index, element in
            Self.object(element, at: location + [.string(key), JSONValue(index)], problems)
        }
    }

    /// The texts of a list; empty when it is missing.
    func texts(_ key: String, atMost limit: Int) -> [String] {
        guard let value = optional(key) else { return [] }
        guard case .array(let elements) = value else {
            note("list_type", key, "Input should be a valid list", value)
            return []
        }
        guard elements.count <= limit else {
            note("too_long", key, "List should have at most \(limit) items", JSONValue(elements.count))
            return []
        }
        return elements.compactMap { text($0, key) }
    }

    func note(_ type: String, _ key: String, _ message: String, _ input: JSONValue) {
        problems.list.append(
            ValidationProblem(type: type, location: location + [.string(key)], message: message, input: input))
    }

    private static func object(_ value: JSONValue, at location: [JSONValue], _ problems: Problems) -> FieldReader? {
        guard case .object(let members) = value else {
            problems.list.append(
                ValidationProblem(
                    type: "dict_type", location: location, message: "Input should be a valid dictionary", input: value))
            return nil
        }
        return FieldReader(members: members, location: location, problems: problems)
    }

    private func required(_ key: String) -> JSONValue? {
        if let value = members[key] { return value }
        note("missing", key, "Field required", .object(members))
        return nil
    }

    private func optional(_ key: String) -> JSONValue? {
        // Written out: in a conditional expression `nil` would be read as the JSON value.
        guard let value = members[key], value != .null else { return nil }
        return value
    }

    private func text(_ value: JSONValue, _ key: String) -> String? {
        if case .string(let text) = value { return text }
        note("string_type", key, "Input should be a valid string", value)
        return nil
    }

    private func integer(_ value: JSONValue, _ key: String, _ range: ClosedRange<Int64>) -> Int? {
        let number: Int64? =
            switch value {
            case .integer(let integer): integer
            case .number(let number): Int64(exactly: number)
            case .string(let text): Int64(text)
            default: nil
            }
        guard let number else {
            note("int_type", key, "Input should be a valid integer", value)
            return nil
        }
        guard range.contains(number) else {
            note("int_range", key, "Input should be from \(range.lowerBound) to \(range.upperBound)", value)
            return nil
        }
        return Int(number)
    }
}
