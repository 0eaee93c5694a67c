/// One HTTP request to another service, with its limits.
public struct OutboundRequest: Sendable {
    public var method: String
    /// `http://` or `https://`; nothing else is ever opened.
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]?
    /// From the call to the last byte of the answer.
    public var timeout: Duration
    /// Part of `timeout` that opening the connection may take.
    public var connectTimeout: Duration
    /// An answer with a larger body fails with ``OutboundError/Code/bodyTooLarge``.
    public var maximumBodyBytes: Int
    /// A Unix domain socket to connect to instead of the URL's host.
    public var unixSocketPath: String?
    /// Gets the body of a successful answer (2xx) piece by piece as it comes, instead of the response, however long it
    /// is. Called on the client's thread: it must not block.
    public var onBody: (@Sendable (UnsafeRawBufferPointer) -> Void)?

    public init(
        _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeout: Duration = .seconds(10), connectTimeout: Duration = .seconds(3),
        maximumBodyBytes: Int = 4 << 20, unixSocketPath: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maximumBodyBytes = maximumBodyBytes
        self.unixSocketPath = unixSocketPath
    }
}
