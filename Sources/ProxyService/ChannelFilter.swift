import Fleet
import Playlist

/// Which channels a playlist is to hold: `group` is the group's whole name, `search` a part of the channel's, both in
/// any case.
struct ChannelFilter {
    private var group: String?
    private var search: String?

    /// nil when the query is not percent-encoded UTF-8.
    init?(query: Substring) {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0]),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
            else { return nil }
            switch name {
            case "group" where !value.isEmpty: group = value.lowercased()
            case "search" where !value.isEmpty: search = value.lowercased()
            default: break
            }
        }
    }

    func admits(_ channel: Channel) -> Bool {
        if let group, channel.group?.lowercased() != group { return false }
        if let search { return channel.name.lowercased().contains(search) }
        return true
    }
}
