import NIOConcurrencyHelpers
public import Settings

/// The keys of the API as they are now. Those that come from files can be read again while requests are served.
public final class KeyRing: Sendable {
    /// What a key is called, in the audit trail and in the settings.
    enum Name: String, Sendable, Hashable, CaseIterable {
        case key = "API_KEY"
        case previousKey = "API_KEY_PREVIOUS"
        case readKey = "READ_API_KEY"
        case metricsToken = "METRICS_TOKEN"
    }

    private let sources: APIKeySources
    private let keys: NIOLockedValueBox<[Name: [UInt8]]>

    /// - Throws: `SettingsError` when a file cannot be used.
    public init(_ sources: APIKeySources) throws(SettingsError) {
        self.sources = sources
        keys = NIOLockedValueBox(Self.bytes(try sources.current()))
    }

    /// Reads the files again; from then on their keys are valid and no older ones. On an error nothing changes.
    public func reload() throws(SettingsError) {
        let fresh = Self.bytes(try sources.current())
        keys.withLockedValue { $0 = fresh }
    }

    /// Whether the token is one of the keys.
    public func accepts(_ token: String) -> Bool { name(of: Array(token.utf8)) != nil }

    func holds(_ name: Name) -> Bool { keys.withLockedValue { $0[name] != nil } }

    /// Whose token this is. Takes the same time whatever is wrong with a token of that length.
    func name(of token: [UInt8]) -> Name? {
        let keys = keys.withLockedValue { $0 }
        var found: Name?
        for name in Name.allCases {
            if let key = keys[name], Self.isEqual(token, key), found == nil { found = name }
        }
        return found
    }

    private static func bytes(_ values: APIKeySources.Values) -> [Name: [UInt8]] {
        let texts: [Name: String?] = [
            .key: values.key, .previousKey: values.previousKey, .readKey: values.readKey,
            .metricsToken: values.metricsToken,
        ]
        return texts.compactMapValues { $0.map { Array($0.utf8) } }
    }

    /// Takes a time that depends on the length of `given` alone.
    private static func isEqual(_ given: [UInt8], _ expected: [UInt8]) -> Bool {
        var difference = given.count ^ expected.count
        for (index, byte) in given.enumerated() {
            difference |= Int(byte ^ (expected.isEmpty ? 0 : expected[index % expected.count]))
        }
        return difference == 0
    }
}
