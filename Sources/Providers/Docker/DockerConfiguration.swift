/// How engines are run as containers.
public struct DockerConfiguration: Sendable, Hashable {
    public var daemon = DockerAddress.unix(path: "/var/run/docker.sock")
    /// From a request to the last byte of its answer.
    public var timeout = Duration.seconds(10)
    /// The label that engines of this orchestrator carry besides ``DockerProvider/mark``.
    public var label: (key: String, value: String) {
        get { (labelKey, labelValue) }
        set { (labelKey, labelValue) = newValue }
    }
    /// The network that engines join and in which they are reached by their name; nil: Docker's default one.
    public var network: String?
    public var image = EngineImage(name: "acestream/engine:latest")
    /// Flags that every engine is started with, each with its value.
    public var engineParameters: [String] = []
    /// Images that a request may name instead: exact names, or a beginning followed by `*`.
    public var allowedImages: [String] = []
    /// The address of the Docker host on which ports are published.
    public var publishAddress = "127.0.0.1"
    /// Where published ports are reached.
    public var engineHost = "127.0.0.1"
    /// The first port that engines may be given.
    public var firstHTTPPort = 19000
    public var httpsPorts = 45000...49999
    public var publishesHTTPS = false
    public var limits = Limits()
    /// Whether all Linux capabilities are taken from containers.
    public var dropsCapabilities = true
    /// How long a container may take to end before it is killed.
    public var gracePeriod = Duration.seconds(10)

    private var labelKey = "orchestrator.managed"
    private var labelValue = "acestream"

    public struct Limits: Sendable, Hashable {
        /// Nil: as much as there is.
        public var memoryBytes: Int64?
        public var processes: Int64? = 512
        /// Cores; nil: all.
        public var cpus: Double?

        public init() {}
    }

    public init() {}

    /// Whether a container with these labels is one of ours.
    func isOurs(_ labels: [String: String]) -> Bool {
        labels[DockerProvider.mark] == "true" && labels[labelKey] == labelValue
    }

    func isAllowed(_ image: String) -> Bool {
        image == self.image.name
            || allowedImages.contains { pattern in
                pattern.hasSuffix("*") ? image.hasPrefix(pattern.dropLast()) : image == pattern
            }
    }
}
