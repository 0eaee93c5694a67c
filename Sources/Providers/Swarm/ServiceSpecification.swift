/// The body of `POST /services/create`: one task, started again wherever there is room when it or its node is lost.
struct ServiceSpecification: Sendable, Hashable, Encodable {
    var name: String
    var labels: [String: String]
    var task: Task
    var mode = Mode()
    var endpoint: Endpoint

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
        case task = "TaskTemplate"
        case mode = "Mode"
        case endpoint = "EndpointSpec"
    }

    struct Mode: Sendable, Hashable, Encodable {
        var replicated = ["Replicas": 1]

        enum CodingKeys: String, CodingKey { case replicated = "Replicated" }
    }

    struct Endpoint: Sendable, Hashable, Encodable {
        /// Its name is that of its one task, without a virtual address in between.
        var mode = "dnsrr"
        var ports: [Port]

        enum CodingKeys: String, CodingKey {
            case mode = "Mode"
            case ports = "Ports"
        }
    }

    struct Port: Sendable, Hashable, Encodable {
        var kind = "tcp"
        var target: Int
        var published: Int
        /// On the node itself, without the balancer of the Swarm: a stream takes no detour.
        var mode = "host"

        enum CodingKeys: String, CodingKey {
            case kind = "Protocol"
            case target = "TargetPort"
            case published = "PublishedPort"
            case mode = "PublishMode"
        }
    }

    struct Task: Sendable, Hashable, Encodable {
        var container: Container
        var resources: Resources
        var restart = Restart()
        var placement: Placement
        var log = Log()
        var networks: [Network]?

        enum CodingKeys: String, CodingKey {
            case container = "ContainerSpec"
            case resources = "Resources"
            case restart = "RestartPolicy"
            case placement = "Placement"
            case log = "LogDriver"
            case networks = "Networks"
        }
    }

    struct Container: Sendable, Hashable, Encodable {
        var image: String
        var arguments: [String]?
        var environment: [String]
        var labels: [String: String]
        var droppedCapabilities: [String]?
        var privileges = ["NoNewPrivileges": true]
        /// Nanoseconds.
        var stopGracePeriod: Int64

        enum CodingKeys: String, CodingKey {
            case image = "Image"
            case arguments = "Args"
            case environment = "Env"
            case labels = "Labels"
            case droppedCapabilities = "CapabilityDrop"
            case privileges = "Privileges"
            case stopGracePeriod = "StopGracePeriod"
        }
    }

    struct Resources: Sendable, Hashable, Encodable {
        var limits: Amounts
        var reservations: Amounts

        enum CodingKeys: String, CodingKey {
            case limits = "Limits"
            case reservations = "Reservations"
        }
    }

    struct Amounts: Sendable, Hashable, Encodable {
        var memory: Int64?
        var nanoCPUs: Int64?
        var processes: Int64?

        enum CodingKeys: String, CodingKey {
            case memory = "MemoryBytes"
            case nanoCPUs = "NanoCPUs"
            case processes = "Pids"
        }
    }

    struct Restart: Sendable, Hashable, Encodable {
        var condition = "any"
        /// Nanoseconds.
        var delay = 1_000_000_000

        enum CodingKeys: String, CodingKey {
            case condition = "Condition"
            case delay = "Delay"
        }
    }

    struct Placement: Sendable, Hashable, Encodable {
        var constraints: [String]
        var preferences: [Preference]

        enum CodingKeys: String, CodingKey {
            case constraints = "Constraints"
            case preferences = "Preferences"
        }
    }

    struct Preference: Sendable, Hashable, Encodable {
        var spread: [String: String]

        enum CodingKeys: String, CodingKey { case spread = "Spread" }
    }

    struct Log: Sendable, Hashable, Encodable {
        var name = "json-file"
        var options = ["max-size": "10m", "max-file": "2"]

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case options = "Options"
        }
    }

    struct Network: Sendable, Hashable, Encodable {
        var target: String

        enum CodingKeys: String, CodingKey { case target = "Target" }
    }

    init(_ request: EngineRequest, _ configuration: SwarmConfiguration) throws(ProviderError) {
        if request.vpnContainer != nil {
            throw ProviderError(
                code: .refused, message: "in a Swarm, engines cannot share the network of a VPN container")
        }
        let containers = configuration.containers
        let plan = try EngineContainer(request, containers)
        let specification = plan.specification
        name = request.name
        labels = specification.labels
        var ports = [Port(target: plan.httpPort, published: request.httpPort)]
        if containers.publishesHTTPS { ports.append(Port(target: plan.httpsPort, published: plan.httpsPort)) }
        endpoint = Endpoint(ports: ports)
        let grace = containers.gracePeriod.components.seconds * 1_000_000_000
        task = Task(
            container: Container(
                image: specification.image, arguments: specification.command,
                environment: specification.environment.map { "\($0.key)=\($0.value)" }.sorted(),
                labels: specification.labels, droppedCapabilities: specification.host.capDrop, stopGracePeriod: grace),
            resources: Resources(
                limits: Amounts(
                    memory: specification.host.memory, nanoCPUs: specification.host.nanoCPUs,
                    processes: specification.host.pidsLimit),
                reservations: Amounts(
                    memory: configuration.reservedMemoryBytes,
                    nanoCPUs: configuration.reservedCPUs.map { Int64($0 * 1e9) })),
            placement: Placement(
                constraints: configuration.constraints,
                preferences: configuration.spreadOver.map { Preference(spread: ["SpreadDescriptor": $0]) }),
            networks: containers.network.map { [Network(target: $0)] })
    }
}
