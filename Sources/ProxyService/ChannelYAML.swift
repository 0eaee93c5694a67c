import Fleet
import Yams

package import Playlist

/// Reads a channel file in YAML.
///
/// ```yaml
/// url_tvg: http://guide/xmltv.xml
/// channels:
///   - name: One
///     group: News
///     logo: http://logo/one.png
///     tvg_id: one.tv
///     number: 7
///     id: 0123456789012345678901234567890123456789    # or infohash, url, magnet
///     backups:
///       - infohash: 9876543210987654321098765432109876543210
///       - acestream://5555555555555555555555555555555555555555
/// ```
package struct ChannelYAML {
    private static let listKeys = ["url_tvg", "channels"]
    private static let kinds = ["id", "infohash", "url", "magnet"]
    private static let channelKeys = ["name", "group", "logo", "tvg_id", "number", "backups"] + kinds

    private var errors = PlaylistError()
    private var numbers: Set<String> = []

    private init() {}

    /// - Throws: ``PlaylistError`` with every mistake and its place.
    package static func read(_ bytes: [UInt8]) throws(PlaylistError) -> ChannelList {
        guard bytes.count <= ChannelList.maximumBytes else {
            throw PlaylistError([.init(line: 1, message: "the file has more than \(ChannelList.maximumBytes) bytes")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let valid = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\u{fffd}" }
            let line = valid.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            throw PlaylistError([.init(line: line, message: "the file is not UTF-8")])
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw PlaylistError([problem(error)])
        }
        var reader = ChannelYAML()
        let list = reader.list(root)
        guard reader.errors.isEmpty else { throw reader.errors }
        return list
    }

    private static func problem(_ error: any Error) -> PlaylistError.Problem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .init(line: max(1, mark.line), column: mark.column, message: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            .init(
                line: max(1, context.mark.line), column: context.mark.column,
                message: "given twice: \(duplicates.joined(separator: ", "))")
        default: .init(line: 1, message: "this is no YAML")
        }
    }

    private mutating func report(_ node: Node?, _ message: String) {
        errors.add(.init(line: max(1, node?.mark?.line ?? 1), column: node?.mark?.column, message: message))
    }

    /// The members of a mapping, without those that have no value.
    private mutating func members(_ node: Node, of what: String, known: [String]) -> [String: Node]? {
        guard let mapping = node.mapping else {
            report(node, "\(what) is a mapping with \(known.joined(separator: ", "))")
            return nil
        }
        var members: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, known.contains(name) else {
                report(
                    key, "\(key.scalar?.string ?? "this") is not known; \(what) has \(known.joined(separator: ", "))")
                continue
            }
            if let scalar = value.scalar, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
                continue
            }
            members[name] = value
        }
        return members
    }

    private mutating func text(_ node: Node?, _ name: String) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar.flatMap({ PlaylistText.clean($0.string) }) else {
            report(node, "\(name) is text")
            return nil
        }
        return text
    }

    private mutating func list(_ root: Node?) -> ChannelList {
        guard let root else {
            report(nil, "channels is missing")
            return ChannelList()
        }
        guard let members = members(root, of: "a channel file", known: Self.listKeys) else { return ChannelList() }
        var list = ChannelList(guideURL: text(members["url_tvg"], "url_tvg"))
        guard let channels = members["channels"]?.sequence else {
            report(members["channels"] ?? root, "channels is a list of channels")
            return list
        }
        guard channels.count <= ChannelList.maximumChannels else {
            report(members["channels"], "there are more than \(ChannelList.maximumChannels) channels")
            return list
        }
        for node in channels { if let channel = channel(node) { list.channels.append(channel) } }
        return list
    }

    private mutating func channel(_ node: Node) -> Channel? {
        guard let members = members(node, of: "a channel", known: Self.channelKeys) else { return nil }
        let name = text(members["name"], "name")
        if members["name"] == nil { report(node, "the channel has no name") }
        let number = text(members["number"], "number")
        if let number, !Channel.isNumber(number) {
            report(members["number"], "number is \(number); allowed is a number such as 7 or 7.1")
        } else if let number, !numbers.insert(number).inserted {
            report(members["number"], "number \(number) is another channel's")
        }
        let primary = content(members, of: "the channel", node)
        let backups = backups(members["backups"])
        guard let name, let primary else { return nil }
        var channel = Channel(name: name, number: number, primary: primary)
        channel.group = text(members["group"], "group")
        channel.logo = text(members["logo"], "logo")
        channel.guideID = text(members["tvg_id"], "tvg_id")
        for backup in backups where !channel.contents.contains(backup) { channel.backups.append(backup) }
        return channel
    }

    private mutating func content(_ members: [String: Node], of what: String, _ node: Node) -> ContentKey? {
        let given = Self.kinds.filter { members[$0] != nil }
        guard given.count == 1, let name = given.first else {
            report(
                node, "\(what) has \(given.isEmpty ? "none" : "more than one") of \(Self.kinds.joined(separator: ", "))"
            )
            return nil
        }
        guard let value = text(members[name], name) else { return nil }
        let kind = name == "id" ? .contentID : ContentKey.Kind(rawValue: name) ?? .contentID
        let content = ContentKey(kind: kind, value: value)
        guard let problem = ContentLink.problem(of: content) else { return content }
        report(members[name], problem)
        return nil
    }

    private mutating func backups(_ node: Node?) -> [ContentKey] {
        guard let node else { return [] }
        guard let nodes = node.sequence, nodes.count <= Channel.maximumBackups else {
            report(node, "backups is a list of at most \(Channel.maximumBackups) contents")
            return []
        }
        var contents: [ContentKey] = []
        for node in nodes {
            if let link = node.scalar?.string {
                switch ContentLink(link) {
                case .content(let content): contents.append(content)
                case .broken(let reason): report(node, "broken link: \(reason)")
                case .foreign, .none: report(node, "a backup is a link or has id, infohash, url or magnet")
                }
            } else if let members = members(node, of: "a backup", known: Self.kinds) {
                if let content = content(members, of: "the backup", node) { contents.append(content) }
            }
        }
        return contents
    }
}
