/// How a channel file is written: told by its name's ending, else by how it begins.
package enum ChannelFileFormat: Sendable {
    case m3u
    case yaml

    package init(path: String, bytes: some Collection<UInt8>) {
        let path = path.lowercased()
        if path.hasSuffix(".m3u") || path.hasSuffix(".m3u8") {
            self = .m3u
        } else if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
            self = .yaml
        } else {
            let start = String(decoding: bytes.prefix(64), as: UTF8.self).uppercased()
            let text = start.drop(while: { $0.isWhitespace || $0 == "\u{feff}" })
            let beginnings = ["#EXT", "ACESTREAM:", "INFOHASH://", "MAGNET:?", "HTTP://", "HTTPS://"]
            self = beginnings.contains(where: { text.hasPrefix($0) }) ? .m3u : .yaml
        }
    }
}
