/// An engine as its provider sees it.
public struct ProvidedEngine: Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    public var id: String
    public var name: String
    /// Where the engine's HTTP API is reached.
    public var host: String
    public var httpPort: Int
    public var labels: [String: String]
    /// Milliseconds since 1970 in UTC.
    public var createdAtMilliseconds: Int64
    /// False once the engine has exited; its record stays until it is removed.
    public var isRunning: Bool
    /// What the engine was started from: a container image, or the program of a local process.
    public var image: String

    public init(
        id: String, name: String, host: String, httpPort: Int, labels: [String: String],
        createdAtMilliseconds: Int64, isRunning: Bool, image: String
    ) {
        self.id = id
        self.name = name
        self.host = host
        self.httpPort = httpPort
        self.labels = labels
        self.createdAtMilliseconds = createdAtMilliseconds
        self.isRunning = isRunning
        self.image = image
    }
}
