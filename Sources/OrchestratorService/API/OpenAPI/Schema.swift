/// JSON Schemas (draft 2020-12, as OpenAPI 3.1 uses it) of what the API reads and writes.
enum Schema {
    static let text: JSONValue = ["type": "string"]
    /// Not empty.
    static let words: JSONValue = ["type": "string", "minLength": 1]
    static let flag: JSONValue = ["type": "boolean"]
    static let number: JSONValue = ["type": "number"]
    static let integer: JSONValue = ["type": "integer"]
    static let count: JSONValue = ["type": "integer", "minimum": 0]
    /// RFC 3339, in UTC where the API writes it.
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let nothing: JSONValue = ["type": "null"]

    static func integer(_ range: ClosedRange<Int>) -> JSONValue {
        ["type": "integer", "minimum": JSONValue(range.lowerBound), "maximum": JSONValue(range.upperBound)]
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> JSONValue
    where Choice.RawValue == String {
        ["type": "string", "enum": .array(Choice.allCases.map { .string($0.rawValue) })]
    }

    static func choice(_ values: String...) -> JSONValue {
        ["type": "string", "enum": .array(values.map(JSONValue.string))]
    }

    /// Always that value.
    static func constant(_ value: JSONValue) -> JSONValue { ["const": value] }

    static func pattern(_ pattern: String) -> JSONValue { ["type": "string", "pattern": .string(pattern)] }

    /// It, or null.
    static func optional(_ schema: JSONValue) -> JSONValue { any(schema, nothing) }

    static func any(_ schemas: JSONValue...) -> JSONValue { ["anyOf": .array(schemas)] }

    static func list(_ schema: JSONValue, atMost limit: Int? = nil) -> JSONValue {
        guard let limit else { return ["type": "array", "items": schema] }
        return ["type": "array", "items": schema, "maxItems": JSONValue(limit)]
    }

    static func map(_ schema: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": schema] }

    /// An answer: exactly these fields.
    static func answer(_ fields: [String: JSONValue], optional: Set<String> = []) -> JSONValue {
        object(fields, required: Set(fields.keys).subtracting(optional), isClosed: true)
    }

    /// Part of a request: at least the required ones of these fields. Others are ignored.
    static func request(_ fields: [String: JSONValue], required: Set<String> = []) -> JSONValue {
        object(fields, required: required, isClosed: false)
    }

    /// One of the document's named schemas.
    static func named(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    private static func object(_ fields: [String: JSONValue], required: Set<String>, isClosed: Bool) -> JSONValue {
        var members: [String: JSONValue] = ["type": "object", "properties": .object(fields)]
        if !required.isEmpty { members["required"] = .array(required.sorted().map(JSONValue.string)) }
        if isClosed { members["additionalProperties"] = false }
        return .object(members)
    }
}
