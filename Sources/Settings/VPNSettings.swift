public import Fleet

/// The Gluetun containers whose network engines use.
public struct VPNSettings: Sendable, Hashable {
    public struct Container: Sendable, Hashable {
        public var name: String
        /// Gluetun's control server.
        public var apiURL: String
        /// Ports of the engines behind it; nil: those of all engines.
        public var portRange: ClosedRange<Int>?
    }

    public var mode: VPNStatus.Mode
    /// One, or two in the redundant mode.
    public var containers: [Container]
    public var apiKey: String?
    public var checkInterval: Duration
    /// How long the forwarded port and the public address are not asked for again.
    public var portCacheTTL: Duration
    /// Whether engines are created anew, one at a time, once a VPN is back.
    public var restartsEngines: Bool
    /// How long a VPN is down before its container is restarted.
    public var restartTimeout: Duration
    /// Engines behind one VPN at most; 0: as many as there may be.
    public var maxEnginesPerVPN: Int

    /// Reads the settings; nil without a container.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `GLUETUN_CONTAINER_NAME` | name of a container | none: engines use no VPN |
    /// | `GLUETUN_CONTAINER_NAME_2` | name of another one, for `VPN_MODE=redundant` | none |
    /// | `VPN_MODE` | `single` or `redundant` | `single` |
    /// | `GLUETUN_API_PORT` | port of Gluetun's control server | 8000 |
    /// | `GLUETUN_API_URL`, `GLUETUN_API_URL_2` | its address | `http://<container>:<GLUETUN_API_PORT>` |
    /// | `GLUETUN_API_KEY` | its key, sent as `X-API-Key` | none |
    /// | `GLUETUN_HEALTH_CHECK_INTERVAL_S` | time between two checks of a VPN, 0.1 s to 1 h | 5 |
    /// | `GLUETUN_PORT_CACHE_TTL_S` | time before port and public address are asked for again | 60 |
    /// | `VPN_RESTART_ENGINES_ON_RECONNECT` | true or false | true |
    /// | `VPN_UNHEALTHY_RESTART_TIMEOUT_S` | time a VPN is down before its container is restarted | 60 |
    /// | `GLUETUN_PORT_RANGE_1`, `GLUETUN_PORT_RANGE_2` | a-b: ports of the engines behind it | `PORT_RANGE_HOST` |
    /// | `PREFERRED_ENGINES_PER_VPN` | engines behind one VPN at most, 0 (no bound) to 1000 | 0 |
    init?(reader: inout SettingsReader) {
        let day = Duration.seconds(86_400)
        let names = [
            reader.optionalString("GLUETUN_CONTAINER_NAME"), reader.optionalString("GLUETUN_CONTAINER_NAME_2"),
        ]
        mode = reader.parsed("VPN_MODE", default: .single, allowed: "single or redundant") {
            VPNStatus.Mode(rawValue: $0.lowercased())
        }
        let port = reader.int("GLUETUN_API_PORT", default: 8000, in: 1...65535)
        let urls = [
            Self.url("GLUETUN_API_URL", container: names[0], port: port, &reader),
            Self.url("GLUETUN_API_URL_2", container: names[1], port: port, &reader),
        ]
        apiKey = reader.optionalString("GLUETUN_API_KEY", secret: true)
        checkInterval = reader.duration(
            "GLUETUN_HEALTH_CHECK_INTERVAL_S", default: .seconds(5), in: .milliseconds(100)...(.seconds(3600)))
        portCacheTTL = reader.duration("GLUETUN_PORT_CACHE_TTL_S", default: .seconds(60), in: .zero...day)
        restartsEngines = reader.bool("VPN_RESTART_ENGINES_ON_RECONNECT", default: true)
        restartTimeout = reader.duration(
            "VPN_UNHEALTHY_RESTART_TIMEOUT_S", default: .seconds(60), in: .seconds(1)...day)
        let ranges = [
            Self.range("GLUETUN_PORT_RANGE_1", &reader), Self.range("GLUETUN_PORT_RANGE_2", &reader),
        ]
        maxEnginesPerVPN = reader.int("PREFERRED_ENGINES_PER_VPN", default: 0, in: 0...1000)
        if let apiKey, !apiKey.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
            reader.reject("GLUETUN_API_KEY has a character in it that no header may have")
        }
        if mode == .redundant, names[0] == nil || names[1] == nil || names[0] == names[1] {
            reader.reject(
                "VPN_MODE is redundant, which needs GLUETUN_CONTAINER_NAME and another GLUETUN_CONTAINER_NAME_2")
        }
        if let first = ranges[0], let second = ranges[1], first.overlaps(second) {
            reader.reject("GLUETUN_PORT_RANGE_1 and GLUETUN_PORT_RANGE_2 have ports in common")
        }
        let used = mode == .redundant ? 2 : 1
        containers = (0..<used).compactMap { index in
            names[index].map { Container(name: $0, apiURL: urls[index], portRange: ranges[index]) }
        }
        if names[0] == nil { return nil }
    }

    private static func url(
        _ variable: String, container: String?, port: Int, _ reader: inout SettingsReader
    ) -> String {
        reader.parsed(
            variable, default: container.map { "http://\($0):\(port)" } ?? "",
            allowed: "an http:// or https:// address without a path"
        ) { text in
            let base = text.hasSuffix("/") ? String(text.dropLast()) : text
            guard let scheme = ["http://", "https://"].first(where: base.hasPrefix) else { return nil }
            let authority = base.dropFirst(scheme.count)
            let isPlain = !authority.isEmpty && !authority.contains { "/?#@ ".contains($0) }
            return isPlain && base.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? base : nil
        }
    }

    private static func range(_ variable: String, _ reader: inout SettingsReader) -> ClosedRange<Int>? {
        reader.parsed(variable, default: nil, allowed: "a-b, both from 1 to 65535") { text in
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count == 2, let low = ends[0], let high = ends[1], low >= 1, high <= 65535, low <= high
            else { return nil }
            return .some(low...high)
        }
    }
}
