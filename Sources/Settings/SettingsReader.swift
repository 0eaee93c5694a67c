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
    /// The file of each variable that is from one.
    private let files: [String: String]
    private var problems: [String] = []
    /// Every value read so far, in order.
    public private(set) var effective: [EffectiveSetting] = []

    /// - Parameter environment: variable names and values; an empty value counts as not set.
    public init(environment: [String: String]) {
        self.init(sources: SettingsSources(environment: environment))
    }

    /// - Parameter overrides: values that win over the environment, by the variable's current name; an empty one counts
    ///   as not set.
    init(sources: SettingsSources, overrides: [String: Override] = [:]) {
        self.overrides = overrides.filter { !$0.value.text.isEmpty }
        files = sources.files
        configuration = ConfigReader(
            provider: EnvironmentVariablesProvider(environmentVariables: sources.values))
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
        if !problems.isEmpty { throw SettingsError(problems: problems, effective: effective) }
    }

    private mutating func read<Value>(
        _ names: [String], default fallback: Value, allowed: String = "text",
        shown: (Value) -> String = { String(describing: $0) }, secret: Bool = false, parse: (String) -> Value?
    ) -> Value {
        let given = given(names, secret: secret)
        let place = given?.file.map { " (in \($0))" } ?? ""
        if let given {
            if let value = parse(given.text) {
                note(names, value, shown: secret ? "********" : shown(value), secret: secret, from: given)
                return value
            }
            problems.append(
                "\(given.source) is \(secret ? "set to something else" : "\"\(given.text)\"")\(place); "
                    + "allowed is \(allowed)")
        }
        note(names, fallback, shown: secret ? "" : shown(fallback), secret: secret, from: nil)
        return fallback
    }

    private mutating func note<Value>(
        _ names: [String], _ value: Value, shown: String, secret: Bool, from given: Given?
    ) {
        let number: Double? =
            switch value {
            case let number as Int: Double(number)
            case let time as Duration: time / .seconds(1)
            default: nil
            }
        // What several parts of a program read is one setting.
        guard !effective.contains(where: { $0.name == names[0] }) else { return }
        effective.append(
            EffectiveSetting(
                name: names[0], value: shown, source: given?.source ?? "default", file: given?.file, spellings: names,
                number: secret ? nil : number, isSecret: secret))
    }

    private struct Given {
        var source: String
        var text: String
        var file: String?
    }

    /// What was given for a setting, and by which flag or variable.
    private func given(_ names: [String], secret: Bool) -> Given? {
        if let override = overrides[names[0]] { return Given(source: override.flag, text: override.text) }
        for name in names {
            let key = ConfigKey(name.lowercased().split(separator: "_").map(String.init))
            if let text = configuration.string(forKey: key, isSecret: secret) {
                return Given(source: name, text: text, file: files[name])
            }
        }
        return nil
    }
}
