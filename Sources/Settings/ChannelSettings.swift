public import Playlist

/// What weir-proxy is told about channel lists, and about the tuner it shows itself as.
public struct ChannelSettings: Sendable, Hashable {
    /// Where the channels are listed; nil: no playlist, no tuner.
    public var file: String?
    /// How players reach this proxy, without a slash at its end; nil: as they named it in their request.
    public var publicURL: String?
    /// Streams that a tuner's users may have at once. They believe it; the proxy sets no bound by it.
    public var tunerCount: Int
    /// nil: derived from the public URL, or from the machine's name and the port.
    public var tunerID: TunerID?

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `CHANNELS_FILE`, `ACEXY_CHANNELS_FILE` | path | none |
    /// | `PUBLIC_URL`, `ACEXY_PUBLIC_URL` | http or https URL | from each request's Host |
    /// | `HDHR_TUNER_COUNT` | 1 to 255 | 4 |
    /// | `HDHR_DEVICE_ID` | eight hexadecimal digits with the right checksum | derived |
    init(reader: inout SettingsReader) {
        file = reader.optionalString("CHANNELS_FILE", "ACEXY_CHANNELS_FILE")
        publicURL = reader.parsed(
            "PUBLIC_URL", "ACEXY_PUBLIC_URL", default: String?.none, allowed: "an http:// or https:// URL",
            parse: { Self.url($0).map(Optional.some) })
        tunerCount = reader.int("HDHR_TUNER_COUNT", default: 4, in: 1...255)
        tunerID = reader.parsed(
            "HDHR_DEVICE_ID", default: TunerID?.none, allowed: "eight hexadecimal digits with the right checksum",
            parse: { TunerID($0).map(Optional.some) })
    }

    /// The URL without a slash at its end; it goes into playlists, XML and JSON as it is.
    private static func url(_ text: String) -> String? {
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return nil }
        let refused = "\"'<>&?#\\`{}|^ "
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains(where: refused.contains) else {
            return nil
        }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text.utf8.count > scheme.utf8.count ? text : nil
    }
}
