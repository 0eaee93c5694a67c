import NIOHTTP1
import Settings

/// A player as far as HLS shows it, which has no connection that lasts: its address, its user agent and, where it names
/// one, its playback session.
///
/// Two players of one kind behind one address count as one: in the gauges, for the limit on a session's viewers, and
/// when an operator sends one of them away. A session lives as long as anybody asks.
struct HLSViewer: Sendable, Hashable {
    private static let maximumLength = 256

    let client: IPAddress?
    let agent: String
    let playbackID: String

    init(_ exchange: Exchange) {
        func text(_ header: String) -> String {
            String(exchange.head.headers.first(name: header)?.prefix(Self.maximumLength) ?? "")
        }
        client = exchange.client
        agent = text("user-agent")
        playbackID = text("x-playback-session-id")
    }
}
