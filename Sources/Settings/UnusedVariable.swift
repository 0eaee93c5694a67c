/// A variable of an earlier implementation, or of its documentation, that acts no more.
public struct UnusedVariable: Sendable, Hashable {
    /// A name; one that ends with `*` stands for all that begin so.
    public let name: String
    /// Why, and what to use instead.
    public let reason: String

    init(_ name: String, _ reason: String) {
        self.name = name
        self.reason = reason
    }

    func covers(_ variable: String) -> Bool {
        name.hasSuffix("*") ? variable.hasPrefix(name.dropLast()) : variable == name
    }

    /// What is known of a variable that no program reads.
    public static func find(_ variable: String) -> UnusedVariable? {
        all.first { $0.covers(variable) }
    }

    /// Every one of them; none is read by a program.
    public static let all: [UnusedVariable] =
        [
            UnusedVariable("REDIS_*", "nothing is kept in Redis: streams and engines are in DB_URL, rings in memory"),
            UnusedVariable(
                "MAX_CLIENTS_PER_STREAM", "viewers are the proxy's: ACEXY_MAX_VIEWERS_PER_SESSION bounds them"),
            UnusedVariable("MAX_TOTAL_STREAMS", "streams are the proxy's: ACEXY_MAX_SESSIONS bounds them"),
            UnusedVariable("MAX_MEMORY_MB", "rings are the proxy's: ACEXY_MAX_BUFFER_MEMORY bounds them"),
            UnusedVariable(
                "M3U_TIMEOUT", "no list is fetched and rewritten: CHANNELS_FILE names the channels of the proxy"),
            UnusedVariable(
                "DASHBOARD_*", "Prometheus keeps the history that dashboards show (--storage.tsdb.retention.time)"),
            UnusedVariable("REPUTATION_*", "VPN servers are chosen by Gluetun itself"),
            UnusedVariable(
                "ACE_HTTP_RANGE", "an engine has the same port inside and outside of its container: PORT_RANGE_HOST"),
            UnusedVariable("VPN_ENABLED", "a VPN is used where GLUETUN_CONTAINER_NAME names one"),
            UnusedVariable(
                "MAX_ENGINES_PER_VPN", "the orchestrator adds no VPN containers; MAX_REPLICAS bounds the engines"),
            UnusedVariable("VPN_PROVIDER", "Gluetun is set up by its own VPN_SERVICE_PROVIDER, in its container"),
            UnusedVariable("VPN_PROTOCOL", "Gluetun is set up by its own VPN_TYPE, in its container"),
        ] + proxyOfTheOrchestrator

    /// The orchestrator's proxy of versions 1.5 to 1.7.
    private static let proxyOfTheOrchestrator = [
        UnusedVariable("PROXY_BUFFER_*", "the stream is weir-proxy's: ACEXY_BUFFER_SIZE"),
        UnusedVariable("PROXY_CHUNK_*", "bytes go out as they come; ACEXY_COALESCING_DELAY says how long they wait"),
        UnusedVariable("PROXY_CLIENT_*", "the stream is weir-proxy's: ACEXY_VIEWER_STALL_TIMEOUT"),
        UnusedVariable(
            "PROXY_INITIAL_*", "nothing is collected before the first byte; ACEXY_JOIN_BURST is for joiners"),
        UnusedVariable("PROXY_STREAM_*", "the stream is weir-proxy's: ACEXY_EMPTY_TIMEOUT, ACEXY_NO_RESPONSE_TIMEOUT"),
        UnusedVariable("PROXY_CHANNEL_*", "the stream is weir-proxy's: ACEXY_STREAM_GRACE_PERIOD"),
        UnusedVariable("PROXY_CONNECTION_*", "the stream is weir-proxy's: ACEXY_NO_RESPONSE_TIMEOUT"),
        UnusedVariable(
            "PROXY_PREBUFFER_*", "nothing is collected before the first byte; ACEXY_JOIN_BURST is for joiners"),
        UnusedVariable("PROXY_REDIS_*", "nothing is kept in Redis"),
    ]
}
