/// The body of `POST /containers/create`.
///
/// Nothing in it can give a container power over its host: no privileges, capabilities, devices or folders.
struct ContainerSpecification: Sendable, Hashable, Encodable {
    var image: String
    var command: [String]?
    var environment: [String: String] = [:]
    var labels: [String: String] = [:]
    var exposedPorts: [String: Nothing] = [:]
    var host: Host

    struct Nothing: Sendable, Hashable, Encodable {}

    struct Host: Sendable, Hashable, Encodable {
        var networkMode: String?
        var portBindings: [String: [Binding]] = [:]
        var memory: Int64?
        /// Equal to `memory`: nothing is swapped.
        var memorySwap: Int64?
        var nanoCPUs: Int64?
        var pidsLimit: Int64?
        var capDrop: [String]?
        var securityOptions = ["no-new-privileges:true"]
        var restartPolicy = RestartPolicy(name: "unless-stopped")
        var log = Log()

        enum CodingKeys: String, CodingKey {
            case networkMode = "NetworkMode"
            case portBindings = "PortBindings"
            case memory = "Memory"
            case memorySwap = "MemorySwap"
            case nanoCPUs = "NanoCpus"
            case pidsLimit = "PidsLimit"
            case capDrop = "CapDrop"
            case securityOptions = "SecurityOpt"
            case restartPolicy = "RestartPolicy"
            case log = "LogConfig"
        }
    }

    struct Binding: Sendable, Hashable, Encodable {
        var address: String
        var port: String

        enum CodingKeys: String, CodingKey {
            case address = "HostIp"
            case port = "HostPort"
        }
    }

    struct RestartPolicy: Sendable, Hashable, Encodable {
        var name: String

        enum CodingKeys: String, CodingKey { case name = "Name" }
    }

    /// Bounded, whatever the daemon's default is.
    struct Log: Sendable, Hashable, Encodable {
        var type = "json-file"
        var config = ["max-size": "10m", "max-file": "2"]

        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case config = "Config"
        }
    }

    enum CodingKeys: String, CodingKey {
        case image = "Image"
        case command = "Cmd"
        case environment = "Env"
        case labels = "Labels"
        case exposedPorts = "ExposedPorts"
        case host = "HostConfig"
    }

    init(image: String, _ configuration: DockerConfiguration) throws(ProviderError) {
        guard configuration.isAllowed(image) else {
            throw ProviderError(
                code: .refused,
                message: "the image \(image.debugDescription) is not allowed; allowed are "
                    + ([configuration.image.name] + configuration.allowedImages).joined(separator: ", "))
        }
        self.image = image
        host = Host(networkMode: configuration.network)
        host.memory = configuration.limits.memoryBytes
        host.memorySwap = configuration.limits.memoryBytes
        host.nanoCPUs = configuration.limits.cpus.map { Int64($0 * 1e9) }
        host.pidsLimit = configuration.limits.processes
        host.capDrop = configuration.dropsCapabilities ? ["ALL"] : nil
    }

    /// - Parameter ports: ports of the host by the container's port and protocol; 0: any free one.
    mutating func publish(_ ports: [String: Int], on address: String) {
        for (inside, outside) in ports {
            exposedPorts[inside] = Nothing()
            host.portBindings[inside] = [Binding(address: address, port: outside == 0 ? "" : "\(outside)")]
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(image, forKey: .image)
        try container.encodeIfPresent(command, forKey: .command)
        try container.encode(environment.map { "\($0.key)=\($0.value)" }.sorted(), forKey: .environment)
        try container.encode(labels, forKey: .labels)
        try container.encode(exposedPorts, forKey: .exposedPorts)
        try container.encode(host, forKey: .host)
    }
}
