/// How the simulated engine misbehaves.
///
/// Times counted "after" start when the temper is set, or with the engine when it is part of its configuration.
public struct Temper: Equatable, Sendable {
    /// How long a new session buffers before its first byte.
    public var startDelay = DelayDistribution.none
    /// How long `getstream` takes to answer.
    public var loadDelay = DelayDistribution.none
    /// Content keys (id, infohash, url or magnet) that fail to load.
    public var dead: Set<String> = []
    /// Content keys whose sessions open but never get a byte.
    public var silent: Set<String> = []
    /// Nanoseconds after which playback stalls, until the temper is changed.
    public var stallAfter: UInt64?
    /// Nanoseconds after which every playback connection is closed, once.
    public var closeAfter: UInt64?
    /// Nanoseconds after which the engine crashes.
    public var crashAfter: UInt64?
    /// Whether requests are accepted and never answered.
    public var hang = false
    /// How many sessions may be open; nil: any number.
    public var maxSessions: Int?
    /// Whether a session may have several readers.
    public var multipleReaders = true

    public init() {}

    /// The nanoseconds that a text such as `5` (seconds), `500ms` or `2m` stands for; nil when it is no duration.
    public static func nanoseconds(_ text: String) -> UInt64? { DurationText.nanoseconds(text) }
}

extension Temper {
    /// A field with a value that is not allowed, or an unknown one.
    struct Invalid: Error {
        var field: String
        var message: String
    }

    /// The control endpoint's form.
    var json: JSONValue {
        func seconds(_ time: UInt64?) -> JSONValue { time.map { .number(Double($0) / 1e9) } ?? .null }
        return [
            "start_delay": .string(startDelay.text), "load_delay": .string(loadDelay.text),
            "dead": .array(dead.sorted().map(JSONValue.string)),
            "silent": .array(silent.sorted().map(JSONValue.string)), "stall_after": seconds(stallAfter),
            "close_after": seconds(closeAfter), "crash_after": seconds(crashAfter), "hang": .bool(hang),
            "max_sessions": maxSessions.map { JSONValue($0) } ?? .null, "multiple_readers": .bool(multipleReaders),
        ]
    }

    /// Takes over the fields that `change` names; the others stay. `null` sets a field back to its default.
    func changed(by change: JSONValue) throws(Invalid) -> Temper {
        guard case .object(let members) = change else {
            throw Invalid(field: "body", message: "a JSON object is required")
        }
        var temper = self
        for (field, value) in members {
            let value: JSONValue? = value == .null ? nil : value
            switch field {
            case "start_delay": temper.startDelay = try Self.delay(field, value)
            case "load_delay": temper.loadDelay = try Self.delay(field, value)
            case "dead": temper.dead = try Self.keys(field, value)
            case "silent": temper.silent = try Self.keys(field, value)
            case "stall_after": temper.stallAfter = try Self.time(field, value)
            case "close_after": temper.closeAfter = try Self.time(field, value)
            case "crash_after": temper.crashAfter = try Self.time(field, value)
            case "hang": temper.hang = try Self.flag(field, value) ?? false
            case "max_sessions": temper.maxSessions = try Self.count(field, value)
            case "multiple_readers": temper.multipleReaders = try Self.flag(field, value) ?? true
            default:
                let allowed = Temper().json.keys.joined(separator: ", ")
                throw Invalid(field: field, message: "unknown field; allowed are \(allowed)")
            }
        }
        return temper
    }

    private static func delay(_ field: String, _ value: JSONValue?) throws(Invalid) -> DelayDistribution {
        guard let value else { return .none }
        guard case .string(let text) = value, let delay = DelayDistribution(parsing: text) else {
            throw Invalid(field: field, message: "must be \(DelayDistribution.syntax)")
        }
        return delay
    }

    private static func keys(_ field: String, _ value: JSONValue?) throws(Invalid) -> Set<String> {
        var keys: Set<String> = []
        guard let value else { return keys }
        let invalid = Invalid(field: field, message: "must be a list of content keys")
        guard case .array(let items) = value else { throw invalid }
        for item in items {
            guard case .string(let key) = item, !key.isEmpty else { throw invalid }
            keys.insert(key)
        }
        return keys
    }

    private static func time(_ field: String, _ value: JSONValue?) throws(Invalid) -> UInt64? {
        switch value {
        case nil: return nil
        case .integer(let seconds) where (0...1_000_000).contains(seconds): return UInt64(seconds) * 1_000_000_000
        case .number(let seconds) where (0...1_000_000).contains(seconds): return UInt64(seconds * 1e9)
        default: throw Invalid(field: field, message: "must be seconds from 0 to 1000000, or null")
        }
    }

    private static func flag(_ field: String, _ value: JSONValue?) throws(Invalid) -> Bool? {
        switch value {
        case nil: return nil
        case .bool(let flag): return flag
        default: throw Invalid(field: field, message: "must be true or false")
        }
    }

    private static func count(_ field: String, _ value: JSONValue?) throws(Invalid) -> Int? {
        switch value {
        case nil: return nil
        case .integer(let count) where (0...1_000_000).contains(count): return Int(count)
        default: throw Invalid(field: field, message: "must be a whole number from 0 to 1000000, or null")
        }
    }
}

extension JSONValue {
    /// The keys of an object in order; empty for any other value.
    var keys: [String] {
        if case .object(let members) = self { members.map(\.key) } else { [] }
    }
}
