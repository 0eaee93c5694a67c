import NIOHTTP1

/// What a player in a web page of another origin may read (the Fetch standard, section 3.3): playlists and segments, on
/// whatever page it runs, and nothing that shows who watches or changes anything.
enum CrossOrigin {
    /// Whether a route is open to pages of other origins.
    /// - Parameter prefersPlaylists: whether a request for a stream is answered with its playlist.
    static func isOpen(_ route: ProxyRoutes.Route, prefersPlaylists: Bool) -> Bool {
        switch route {
        case .manifest, .cutStream, .hlsResource, .channelResource: true
        case .getStream, .channel: prefersPlaylists
        default: false
        }
    }

    /// Goes with every answer of such a route, refusals included: a player reads what was wrong.
    static let headers: HTTPHeaders = [
        "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Content-Length, Retry-After",
    ]

    /// Answers the question that a browser asks before a request that it would not have sent by itself.
    static let preflight: Answer = {
        var answer = Answer(status: .noContent, contentType: "", body: [])
        answer.headers = [
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "Range, X-Playback-Session-Id", "Access-Control-Max-Age": "86400",
        ]
        return answer
    }()
}
