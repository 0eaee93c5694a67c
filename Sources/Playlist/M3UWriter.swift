/// Writes extended M3U playlists.
///
/// Attribute values stand between double quotes, so that a double quote in one becomes a single one; control characters
/// and line breaks become spaces. The guide's URL is written under both names that players know.
public struct M3UWriter {
    public private(set) var bytes: [UInt8] = []

    /// Begins with the playlist's first line.
    public init(guideURL: String?, attributes: [Channel.Attribute] = []) {
        write("#EXTM3U")
        write("url-tvg", guideURL)
        write("x-tvg-url", guideURL)
        for attribute in attributes { write(attribute.name, attribute.value) }
        write("\n")
    }

    /// Adds an entry.
    /// - Parameters:
    ///   - number: stands for the channel's own.
    ///   - link: written as it is, must hold no line break.
    public mutating func add(_ channel: Channel, number: String? = nil, link: String) {
        write("#EXTINF:-1")
        write("tvg-id", channel.guideID)
        write("tvg-chno", number ?? channel.number)
        write("tvg-logo", channel.logo)
        write("group-title", channel.group)
        for attribute in channel.attributes { write(attribute.name, attribute.value) }
        write(",")
        write(PlaylistText.clean(channel.name) ?? "")
        write("\n")
        write(link)
        write("\n")
    }

    /// The playlist with the contents' own links, each backup as an entry of its own behind the primary's.
    public static func write(_ list: ChannelList) -> [UInt8] {
        var writer = M3UWriter(guideURL: list.guideURL, attributes: list.attributes)
        for channel in list.channels {
            for content in channel.contents { writer.add(channel, link: ContentLink.text(of: content)) }
        }
        return writer.bytes
    }

    private mutating func write(_ text: String) {
        bytes += text.utf8
    }

    private mutating func write(_ name: String, _ value: String?) {
        guard let value = value.flatMap({ PlaylistText.clean($0) }) else { return }
        write(" \(name)=\"")
        bytes += value.utf8.lazy.map { $0 == UInt8(ascii: "\"") ? UInt8(ascii: "'") : $0 }
        write("\"")
    }
}
