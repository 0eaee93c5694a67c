public import Telemetry

/// Where a service sends its metrics by itself, for when no Prometheus can reach it.
public struct RemoteWriteSettings: Sendable, Hashable {
    public var url: String
    public var interval: Duration
    /// Requests that cannot be sent are kept in here, in a folder for each program; nil: in memory only.
    public var spoolFolder: String?
    public var spoolBytes: Int
    public var bearerToken: String?
    public var histograms: RemoteWriteHistograms

    /// Reads the settings; nil without a URL. Each variable is also read with `ACEXY_` before its name.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `REMOTE_WRITE_URL` | http or https URL of a remote write 1.0 receiver | none: nothing is sent |
    /// | `REMOTE_WRITE_INTERVAL_S` | time, at least 1 s | 15 |
    /// | `REMOTE_WRITE_SPOOL_DIR` | directory | none: memory only |
    /// | `REMOTE_WRITE_SPOOL_BYTES` | bytes, 1 MiB to 1 TiB | 256MiB |
    /// | `REMOTE_WRITE_BEARER_TOKEN` | text | none |
    /// | `REMOTE_WRITE_HISTOGRAMS` | `classic`, `native` or `both` | `classic` |
    init?(reader: inout SettingsReader) {
        url = reader.parsed(
            "REMOTE_WRITE_URL", "ACEXY_REMOTE_WRITE_URL", default: "",
            allowed: "an http:// or https:// URL", parse: Self.receiver)
        interval = reader.duration(
            "REMOTE_WRITE_INTERVAL_S", "ACEXY_REMOTE_WRITE_INTERVAL_S", default: .seconds(15),
            in: .seconds(1)...(.seconds(3600)))
        spoolFolder = reader.optionalString("REMOTE_WRITE_SPOOL_DIR", "ACEXY_REMOTE_WRITE_SPOOL_DIR")
        spoolBytes = reader.bytes(
            "REMOTE_WRITE_SPOOL_BYTES", "ACEXY_REMOTE_WRITE_SPOOL_BYTES", default: 256 << 20,
            in: (1 << 20)...(1 << 40))
        bearerToken = reader.optionalString(
            "REMOTE_WRITE_BEARER_TOKEN", "ACEXY_REMOTE_WRITE_BEARER_TOKEN", secret: true)
        histograms = reader.parsed(
            "REMOTE_WRITE_HISTOGRAMS", "ACEXY_REMOTE_WRITE_HISTOGRAMS", default: .classic,
            allowed: "classic, native or both"
        ) { RemoteWriteHistograms(rawValue: $0.lowercased()) }
        if let bearerToken, !bearerToken.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
            reader.reject("REMOTE_WRITE_BEARER_TOKEN has a character in it that no header may have")
        }
        if Self.authority(url).contains("@") {
            reader.reject("REMOTE_WRITE_URL has a user in it, which others could read; use REMOTE_WRITE_BEARER_TOKEN")
        }
        if url.isEmpty { return nil }
    }

    private static func receiver(_ text: String) -> String? {
        let isPrintable = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        return isPrintable && !authority(text).isEmpty ? text : nil
    }

    /// Host and port, with the user before them if there is one; nothing when the scheme is another.
    private static func authority(_ url: String) -> Substring {
        guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return "" }
        return url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    }
}
