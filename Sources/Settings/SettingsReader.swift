import Configuration

/// Reads settings once, at start, from environment variables, and collects every error before it reports any.
///
/// Each `…(_:)` call names the variable and its older spellings; the first one that is set wins. A value that cannot be
/// used counts as an error and the default is returned, so that reading goes on. ``finish()`` throws all errors at
/// once.
public struct SettingsReader {
    /// A value from the command line.
    struct Override: Sendable, Hashable {
        /// The flag as it was given, with its dash.
        var flag: String
        var text: String
    }

    private let configuration: ConfigReader
    private let overrides: [String: Override]
    private var problems: [String] = []
    /// Every value read so far, in order.
    public private(set) var effective: [EffectiveSetting] = []

    /// - Parameter environment: variable names and values; an empty value counts as not set.
    public init(environment: [String: String]) {
        self.init(environment: environment, overrides: [:])
    }

    /// - Parameter overrides: values that win over the environment, by the variable's current name; an empty one counts
    ///   as not set.
    init(environment: [String: String], overrides: [String: Override]) {
        self.overrides = overrides.filter { !$0.value.text.isEmpty }
        configuration = ConfigReader(
            provider: EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty }))
    }

    /// Text. `secret` keeps the value out of every listing.
    public mutating func string(_ names: String..., default fallback: String, secret: Bool = false) -> String {
        read(names, default: fallback, shown: { $0 }, secret: secret) { $0 }
    }

    /// Text that may be missing.
    public mutating func optionalString(_ names: String..., secret: Bool = false) -> String? {
        let text = read(names, default: "", shown: { $0 }, secret: secret) { $0 }
        return text.isEmpty ? nil : text
    }

    /// A whole number within a range.
    public mutating func int(_ names: String..., default fallback: Int, in range: ClosedRange<Int>) -> Int {
        read(names, default: fallback, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// `1`, `t`, `true`, `yes`, `on` or `0`, `f`, `false`, `no`, `off`, in any case.
    public mutating func bool(_ names: String..., default fallback: Bool) -> Bool {
        read(names, default: fallback, allowed: "true or false") { text in
            switch text.lowercased() {
            case "1", "t", "true", "yes", "on": true
            case "0", "f", "false", "no", "off": false
            default: nil
            }
        }
    }

    /// A time in seconds (`0.5`, `30`) or in Go's syntax (`500ms`, `1m30s`).
    public mutating func duration(
        _ names: String..., default fallback: Duration,
        in range: ClosedRange<Duration> = .zero...(.seconds(86_400 * 366))
    ) -> Duration {
        read(
            names, default: fallback,
            allowed: "a time such as 30, 0.5, 500ms or 1m30s, \(range.lowerBound) to \(range.upperBound)"
        ) {
            DurationSyntax.parse($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// An amount of memory: `4MB` (10⁶), `4.2MiB` (2²⁰), or a number of bytes.
    public mutating func bytes(_ names: String..., default fallback: Int, in range: ClosedRange<Int>) -> Int {
        read(
            names, default: fallback,
            allowed: "an amount of bytes such as 4MB or 4.2MiB, \(range.lowerBound) to \(range.upperBound)"
        ) {
            ByteCountSyntax.parse($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A value in a syntax of its own.
    /// - Parameter allowed: completes the sentence "…; allowed is …".
    public mutating func parsed<Value>(
        _ names: String..., default fallback: Value, allowed: String, parse: (String) -> Value?
    ) -> Value {
        read(names, default: fallback, allowed: allowed, parse: parse)
    }

    /// Records a rule between settings that does not hold.
    public mutating func reject(_ problem: String) {
        problems.append(problem)
    }

    /// - Throws: ``SettingsError`` with every problem found.
    public func finish() throws(SettingsError) {
        if !problems.isEmpty { throw SettingsError(problems: problems) }
    }

    private mutating func read<Value>(
        _ names: [String], default fallback: Value, allowed: String = "text",
        shown: (Value) -> String = { String(describing: $0) }, secret: Bool = false, parse: (String) -> Value?
    ) -> Value {
        if let (source, text) = given(names, secret: secret) {
            if let value = parse(text) {
                effective.append(
                    EffectiveSetting(name: names[0], value: secret ? "********" : shown(value), source: source))
                return value
            }
            problems.append(
                "\(source) is \(secret ? "set to something else" : "\"\(text)\""); allowed is \(allowed)")
        }
        effective.append(EffectiveSetting(name: names[0], value: secret ? "" : shown(fallback), source: "default"))
        return fallback
    }

    /// What was given for a setting, and by which flag or variable.
    private func given(_ names: [String], secret: Bool) -> (source: String, text: String)? {
        if let override = overrides[names[0]] { return (override.flag, override.text) }
        for name in names {
            let key = ConfigKey(name.lowercased().split(separator: "_").map(String.init))
            if let text = configuration.string(forKey: key, isSecret: secret) { return (name, text) }
        }
        return nil
    }
}
