/// How engines are run in containers, on one Docker host or in a Swarm.
public struct DockerSettings: Sendable, Hashable {
    public var host: DockerHost
    public var timeout: Duration
    /// The Docker network that engines join and in which they are reached by name; nil: none of their own.
    public var network: String?
    public var variant: EngineVariant
    /// The image of the variant, or the one named.
    public var image: String
    /// Whether an image was named, which is told its ports by `CONF` and variables.
    public var isImageNamed: Bool
    /// Images that requests may name: exact names, or a beginning followed by `*`.
    public var allowedImages: [String]
    /// Flags that every engine is started with, each with its value.
    public var engineParameters: [String]
    public var memoryBytes: Int?
    public var processLimit: Int?
    public var cpus: Double?
    public var dropsCapabilities: Bool
    public var stopTimeout: Duration
    public var publishAddress: String
    public var engineHost: String
    public var httpsPorts: ClosedRange<Int>
    public var publishesHTTPS: Bool

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `DOCKER_HOST` | `unix:///path` or `tcp://host:port` | `unix:///var/run/docker.sock` |
    /// | `DOCKER_TIMEOUT_S` | time a request to the daemon may take, 1 s to 5 min | 10 |
    /// | `DOCKER_NETWORK` | name of a network; engines are then reached by their names in it | none |
    /// | `ENGINE_VARIANT` | `krinkuto11-amd64`, `jopsis-amd64`, `jopsis-arm32`, `jopsis-arm64` | `krinkuto11-amd64` |
    /// | `ENGINE_ARM32_VERSION`, `ENGINE_ARM64_VERSION` | tag of those variants | `arm32-v3.2.13`, `arm64-v3.2.13` |
    /// | `TARGET_IMAGE` | image used instead of the variant's; told its ports by `CONF` and `HTTP_PORT` | none |
    /// | `ENGINE_IMAGE_ALLOWLIST` | images that requests may name, comma-separated, `*` at the end | none others |
    /// | `ENGINE_PARAMETERS` | flags for every engine, such as `--live-cache-type memory` | none |
    /// | `ENGINE_MEMORY_LIMIT` | bytes, such as `512m` or `2GiB`, 16 MiB to 1 TiB; `0`: none | none |
    /// | `ENGINE_PIDS_LIMIT` | processes and threads, 16 to 1000000; `0`: none | 512 |
    /// | `ENGINE_CPU_LIMIT` | cores, 0.01 to 1024; `0`: none | none |
    /// | `ENGINE_DROP_CAPABILITIES` | whether engines lose all Linux capabilities | true |
    /// | `ENGINE_STOP_TIMEOUT_S` | time an engine may take to end before it is killed, 0 to 5 min | 10 |
    /// | `ENGINE_PUBLISH_ADDRESS` | address of the Docker host on which ports are published | `127.0.0.1` |
    /// | `ENGINE_HOST` | where published ports are reached | the address published on, or `127.0.0.1` |
    /// | `ACE_HTTPS_RANGE` | a-b | 45000-49999 |
    /// | `ACE_MAP_HTTPS` | whether HTTPS ports are published too | false |
    init(reader: inout SettingsReader) {
        host = reader.parsed(
            "DOCKER_HOST", default: .unix(path: "/var/run/docker.sock"), allowed: "unix:///path or tcp://host:port"
        ) { DockerHost($0) }
        timeout = reader.duration("DOCKER_TIMEOUT_S", default: .seconds(10), in: .seconds(1)...(.seconds(300)))
        network = reader.optionalString("DOCKER_NETWORK")
        variant = reader.parsed(
            "ENGINE_VARIANT", default: .krinkuto11AMD64, allowed: EngineVariant.names
        ) { EngineVariant(rawValue: $0) }
        let arm32 = reader.string("ENGINE_ARM32_VERSION", default: "arm32-v3.2.13")
        let arm64 = reader.string("ENGINE_ARM64_VERSION", default: "arm64-v3.2.13")
        let named = reader.parsed("TARGET_IMAGE", default: "", allowed: "the name of an image") { text in
            text.contains(where: \.isWhitespace) ? nil : text
        }
        isImageNamed = !named.isEmpty
        image = named.isEmpty ? variant.image(arm32: arm32, arm64: arm64) : named
        allowedImages = reader.string("ENGINE_IMAGE_ALLOWLIST", default: "").split(separator: ",")
            .map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        engineParameters = reader.parsed(
            "ENGINE_PARAMETERS", default: [], allowed: EngineParameters.allowed, parse: EngineParameters.parse)
        memoryBytes =
            reader.parsed(
                "ENGINE_MEMORY_LIMIT", default: nil, allowed: "bytes such as 512m or 2GiB, from 16 MiB to 1 TiB, or 0",
                parse: Self.memory) ?? nil
        let processes = reader.parsed(
            "ENGINE_PIDS_LIMIT", default: 512, allowed: "a whole number from 16 to 1000000, or 0"
        ) { Int($0).flatMap { $0 == 0 || (16...1_000_000).contains($0) ? $0 : nil } }
        processLimit = processes == 0 ? nil : processes
        let cores = reader.parsed("ENGINE_CPU_LIMIT", default: 0.0, allowed: "cores from 0.01 to 1024, or 0") {
            Double($0).flatMap { $0 == 0 || (0.01...1024).contains($0) ? $0 : nil }
        }
        cpus = cores == 0 ? nil : cores
        dropsCapabilities = reader.bool("ENGINE_DROP_CAPABILITIES", default: true)
        stopTimeout = reader.duration("ENGINE_STOP_TIMEOUT_S", default: .seconds(10), in: .zero...(.seconds(300)))
        let address = reader.parsed(
            "ENGINE_PUBLISH_ADDRESS", default: "127.0.0.1", allowed: "an IP address"
        ) { IPAddress($0) == nil ? nil : $0 }
        publishAddress = address
        let isWildcard = ["0.0.0.0", "::"].contains(address)
        engineHost = reader.string("ENGINE_HOST", default: isWildcard ? "127.0.0.1" : address)
        httpsPorts = reader.parsed(
            "ACE_HTTPS_RANGE", default: 45000...49999, allowed: "a-b, both from 1 to 65535", parse: PortRange.parse)
        publishesHTTPS = reader.bool("ACE_MAP_HTTPS", default: false)
    }

    /// Docker's own spelling (`512m`, `2g`: powers of two) or the usual one.
    private static func memory(_ text: String) -> Int?? {
        if text == "0" { return .some(nil) }
        var bytes: Int?
        let shifts: [Character: Int] = ["b": 0, "k": 10, "m": 20, "g": 30]
        if let last = text.last, let shift = shifts[Character(last.lowercased())],
            let number = Int(text.dropLast()), number > 0, number < 1 << 30
        {
            bytes = number << shift
        } else {
            bytes = ByteCountSyntax.parse(text)
        }
        guard let bytes, (16 << 20...1 << 40).contains(bytes) else { return nil }
        return .some(bytes)
    }
}
