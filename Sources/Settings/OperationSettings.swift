/// How weir-proxy is looked after: who may manage it, whom it believes, what it records.
public struct OperationSettings: Sendable, Hashable {
    /// Where the access log goes.
    public enum AccessLog: Sendable, Hashable {
        case off
        case standardOutput
        case file(String)
    }

    /// Any of these opens the management routes; without one they answer to this machine alone.
    public var apiKeys: [String]
    /// Peers whose `X-Forwarded-For` and `Forwarded` are believed.
    public var trustedProxies: [IPNetwork]
    /// How long a shutdown answers "not ready", and serves, before it begins.
    public var drainDelay: Duration
    public var accessLog: AccessLog

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `ACEXY_API_KEY` | keys separated by commas, each of printable ASCII | none |
    /// | `ACEXY_TRUSTED_PROXIES` | networks separated by commas, such as `10.0.0.0/8,fd00::/8` | none |
    /// | `ACEXY_DRAIN_DELAY` | time up to 10m | 0s |
    /// | `ACEXY_ACCESS_LOG` | `off`, `stdout` or the path of a file | off |
    init(reader: inout SettingsReader) {
        apiKeys = (reader.optionalString("ACEXY_API_KEY", secret: true) ?? "").split(separator: ",").map {
            String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
        if !apiKeys.allSatisfy({ $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) {
            reader.reject("ACEXY_API_KEY is set to something else; allowed is keys of printable ASCII, comma-separated")
        }
        trustedProxies = reader.parsed(
            "ACEXY_TRUSTED_PROXIES", default: [],
            allowed: "networks such as 10.0.0.0/8,fd00::/8, the bits behind the prefix zero", parse: IPNetwork.list)
        drainDelay = reader.duration("ACEXY_DRAIN_DELAY", default: .zero, in: .zero...(.seconds(600)))
        accessLog = reader.parsed(
            "ACEXY_ACCESS_LOG", default: .off, allowed: "off, stdout or the path of a file", parse: Self.accessLog)
    }

    private static func accessLog(_ text: String) -> AccessLog? {
        switch text.lowercased() {
        case "off", "false", "0", "no": .off
        case "stdout", "on", "true", "1", "yes": .standardOutput
        default: text.hasPrefix("/") || text.hasPrefix("./") ? .file(text) : nil
        }
    }
}
