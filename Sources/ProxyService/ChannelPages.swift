import Fleet
import NIOHTTP1
import Playlist

/// The channel list as players and media servers ask for it.
struct ChannelPages: Sendable {
    let file: ChannelFile
    let start: ChannelStart
    let tuner: TunerDevice
    /// nil: the request's Host is used.
    let publicURL: String?

    /// The channel that the path of a request to `/channels/{key}` names.
    func channel(path: Substring) -> Channel? {
        guard let key = PercentEncoding.decode(path.dropFirst("/channels/".count)) else { return nil }
        return file.lineup?[key]?.channel
    }

    func answer(_ route: ProxyRoutes.Route, query: Substring, host: String?) -> Answer {
        switch route {
        case .lineupStatus: return .json(.ok, TunerDevice.lineupStatus)
        case .lineupScan: return scan(query)
        default: break
        }
        guard let baseURL = publicURL ?? host.flatMap(PublicAddress.url(host:)) else {
            return .text(.badRequest, "the Host header is not a host name with or without a port")
        }
        switch route {
        case .discover: return .json(.ok, tuner.discovery(baseURL: baseURL))
        case .device: return Self.xml(tuner.description(baseURL: baseURL))
        default: break
        }
        guard let lineup = file.lineup else {
            var answer = Answer.text(.serviceUnavailable, "no valid channel file has been read yet")
            answer.retryAfter = 5
            return answer
        }
        switch route {
        case .playlist: return playlist(lineup, query: query, baseURL: baseURL)
        case .lineupXML: return Self.xml(lineupXML(lineup, baseURL: baseURL))
        default: return .json(.ok, lineupJSON(lineup, baseURL: baseURL))
        }
    }

    /// What a player opens for a channel. A single id or infohash keeps the address of its content; what may have to
    /// choose goes by the channel.
    static func link(_ entry: Lineup.Entry, baseURL: String) -> String {
        let content = entry.channel.primary
        guard entry.channel.backups.isEmpty, content.kind == .contentID || content.kind == .infohash else {
            return "\(baseURL)/channels/\(PercentEncoding.encode(entry.key))"
        }
        let name = content.kind == .contentID ? "id" : "infohash"
        return "\(baseURL)/ace/getstream?\(name)=\(PercentEncoding.encode(content.value))"
    }

    private func playlist(_ lineup: Lineup, query: Substring, baseURL: String) -> Answer {
        guard let filter = ChannelFilter(query: query) else {
            return .text(.badRequest, "the query is not percent-encoded UTF-8")
        }
        var writer = M3UWriter(guideURL: lineup.list.guideURL, attributes: lineup.list.attributes)
        for entry in lineup.entries where filter.admits(entry.channel) {
            writer.add(entry.channel, number: entry.number, link: Self.link(entry, baseURL: baseURL))
        }
        return Answer(status: .ok, contentType: "audio/x-mpegurl; charset=utf-8", body: writer.bytes)
    }

    private func lineupJSON(_ lineup: Lineup, baseURL: String) -> String {
        let entries = lineup.entries.map { entry in
            """
            {"GuideNumber":\(JSONText.quote(entry.number)),"GuideName":\(JSONText.quote(entry.channel.name)),\
            "URL":\(JSONText.quote(Self.link(entry, baseURL: baseURL)))}
            """
        }
        return "[" + entries.joined(separator: ",\n") + "]"
    }

    private func lineupXML(_ lineup: Lineup, baseURL: String) -> String {
        let entries = lineup.entries.map { entry in
            """
            <Program><GuideNumber>\(XMLText.escape(entry.number))</GuideNumber>\
            <GuideName>\(XMLText.escape(entry.channel.name))</GuideName>\
            <URL>\(XMLText.escape(Self.link(entry, baseURL: baseURL)))</URL></Program>\n
            """
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Lineup>\n\(entries.joined())</Lineup>\n"
    }

    /// A scan would find what the file says, and the file is looked at all the time.
    private func scan(_ query: Substring) -> Answer {
        let wanted = query.split(separator: "&").first { $0.hasPrefix("scan=") }
        guard wanted == "scan=start" || wanted == "scan=abort" else {
            return .text(.badRequest, "scan must be start or abort")
        }
        return Answer(status: .ok, contentType: "text/plain; charset=utf-8", body: [])
    }

    private static func xml(_ text: String) -> Answer {
        Answer(status: .ok, contentType: "application/xml; charset=utf-8", body: Array(text.utf8))
    }
}
