/// A metric name of an earlier implementation, and where its data is today.
public struct LegacyName: Sendable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
        /// One series for each state, 0 or 1.
        case stateSet = "enum"
    }

    /// Who used the name first.
    public enum Origin: String, Sendable {
        case first = "first generation"
        case notes = "design notes"
        case v1 = "1.0"
        case v15 = "1.5"
        case v16 = "1.6"
        case v2 = "2.0"
    }

    public enum Today: Sendable, Hashable {
        /// A family of today has this name, these labels, and perhaps more.
        case family
        /// PromQL over today's families, with the labels `service` and `instance` kept. In that of a histogram,
        /// `$suffix` is `_bucket`, `_sum` or `_count`, and `$le` is `, le` for the first of them.
        case rule(String)
        /// There is no such data; the reason.
        case unavailable(String)
    }

    public let name: String
    /// What the name was exposed as.
    public let kind: Kind
    public let origin: Origin
    public let labels: [String]
    public let today: Today
    /// How `/metrics` serves the name when `METRICS_LEGACY_NAMES` is set; nil where that takes more than a selection.
    public let shadow: LegacyShadow?

    init(
        _ kind: Kind, _ name: String, _ origin: Origin, labels: [String] = [], _ today: Today,
        shadow: LegacyShadow? = nil
    ) {
        self.name = name
        self.kind = kind
        self.origin = origin
        self.labels = labels
        self.today = today
        self.shadow = shadow
    }

    /// The series that a rule has to record for this name, with the expression of each.
    public var recordings: [(name: String, expression: String)] {
        guard case .rule(let expression) = today else { return [] }
        let suffixes = kind == .histogram ? ["_bucket", "_sum", "_count"] : [""]
        return suffixes.map { suffix in
            let plain = expression.replacing("$suffix", with: suffix)
                .replacing("$le", with: suffix == "_bucket" ? ", le" : "")
            guard shadow != nil else { return (name + suffix, plain) }
            // What a service serves itself carries the label of its scrape job; a recorded series does not.
            let on = (["service", "instance"] + labels).joined(separator: ", ")
            return (name, "(\(plain)) unless on (\(on)) \(name){job!=\"\"}")
        }
    }
}
