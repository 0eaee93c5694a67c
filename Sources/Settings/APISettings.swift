/// Who may use the orchestrator's API, from where, and for how long a request may take.
public struct APISettings: Sendable, Hashable {
    public var keys: APIKeySources
    /// Whether what changes nothing needs no key.
    public var hasOpenReads: Bool
    /// Origins whose pages may use the API; `*`: any.
    public var corsOrigins: [String]
    /// Names that `Host` may hold beside addresses and `localhost`, in lower case; `*`: any.
    public var allowedHosts: [String]
    /// Peers whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    public var trustedProxies: [IPNetwork]
    public var requestTimeout: Duration
    /// For what waits for engines to come or go.
    public var longOperationTimeout: Duration
    /// How long the audit trail keeps the addresses of operators; zero: it never holds any.
    public var auditAddressRetention: Duration

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `API_KEY`, `API_KEY_FILE` | text, or a file that holds it; required when others can connect | none |
    /// | `API_KEY_PREVIOUS`, `API_KEY_PREVIOUS_FILE` | a second key that is valid too | none |
    /// | `READ_API_KEY`, `READ_API_KEY_FILE` | a key that allows reading only | none |
    /// | `METRICS_TOKEN`, `METRICS_TOKEN_FILE` | needed then for `/metrics`, allowed for `/sd/proxies` | none |
    /// | `PUBLIC_READS` | true or false: reading needs no key although others can connect | false |
    /// | `CORS_ORIGINS` | origins separated by commas, such as `https://panel.example`, or `*` | none |
    /// | `ALLOWED_HOSTS` | names that `Host` may hold, separated by commas, or `*` | none on loopback, else `*` |
    /// | `TRUSTED_PROXIES` | networks separated by commas, such as `10.0.0.0/8,fd00::/8` | none |
    /// | `API_REQUEST_TIMEOUT_S` | time, 1 s to 1 h | 30 |
    /// | `API_LONG_OPERATION_TIMEOUT_S` | time, 1 s to 1 h | 60 |
    /// | `AUDIT_ADDRESS_RETENTION_S` | time up to 10 years; 0: no address is kept | 30 days |
    ///
    /// - Parameter listen: a loopback address opens reading and closes names other than `localhost`.
    init(reader: inout SettingsReader, listen: ListenAddress) {
        keys = APIKeySources(
            key: reader.secret("API_KEY"), previousKey: reader.secret("API_KEY_PREVIOUS"),
            readKey: reader.secret("READ_API_KEY"), metricsToken: reader.secret("METRICS_TOKEN"))
        hasOpenReads = reader.bool("PUBLIC_READS", default: false) || listen.isLoopback
        corsOrigins = reader.parsed(
            "CORS_ORIGINS", default: [], allowed: "origins such as https://panel.example, comma-separated, or *",
            parse: Self.origins)
        allowedHosts = reader.parsed(
            "ALLOWED_HOSTS", default: listen.isLoopback ? [] : ["*"],
            allowed: "host names without ports, comma-separated, or *", parse: Self.hosts)
        trustedProxies = reader.parsed(
            "TRUSTED_PROXIES", default: [],
            allowed: "networks such as 10.0.0.0/8,fd00::/8, the bits behind the prefix zero", parse: IPNetwork.list)
        let limits = Duration.seconds(1)...(.seconds(3600))
        requestTimeout = reader.duration("API_REQUEST_TIMEOUT_S", default: .seconds(30), in: limits)
        longOperationTimeout = reader.duration("API_LONG_OPERATION_TIMEOUT_S", default: .seconds(60), in: limits)
        auditAddressRetention = reader.duration(
            "AUDIT_ADDRESS_RETENTION_S", default: .seconds(30 * 86_400), in: .zero...(.seconds(3653 * 86_400)))
        if keys.key == nil, keys.previousKey != nil {
            reader.reject("API_KEY_PREVIOUS is set but API_KEY is not; set API_KEY to the key that replaces it")
        }
        if keys.key == nil, keys.readKey != nil {
            reader.reject("READ_API_KEY is set but API_KEY is not, so that everybody may do more than read")
        }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
    }

    private static func origins(_ text: String) -> [String]? {
        let origins = list(text).map { $0.lowercased() }
        let areOrigins = origins.allSatisfy { origin in
            guard origin != "*" else { return true }
            guard let scheme = ["http://", "https://"].first(where: origin.hasPrefix) else { return false }
            let authority = origin.dropFirst(scheme.count)
            return !authority.isEmpty && authority.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                && !authority.contains { "/?#@".contains($0) }
        }
        return areOrigins ? origins : nil
    }

    private static func hosts(_ text: String) -> [String]? {
        let hosts = list(text).map { $0.lowercased() }
        let areNames = hosts.allSatisfy { host in
            host == "*"
                || !host.isEmpty
                    && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        }
        return areNames ? hosts : nil
    }
}
