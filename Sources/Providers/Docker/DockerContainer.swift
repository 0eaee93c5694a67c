internal import FoundationEssentials

/// A container as `GET /containers/NAME/json` describes it.
struct DockerContainer: Sendable, Decodable {
    var id: String
    var name: String
    var created: String
    var state: State
    var config: Config
    var networkSettings: Networks?

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case created = "Created"
        case state = "State"
        case config = "Config"
        case networkSettings = "NetworkSettings"
    }

    struct State: Sendable, Decodable {
        var status: String
        var isRunning: Bool
        var health: Health?

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case isRunning = "Running"
            case health = "Health"
        }
    }

    struct Health: Sendable, Decodable {
        /// `none`, `starting`, `healthy` or `unhealthy`.
        var status: String

        enum CodingKeys: String, CodingKey { case status = "Status" }
    }

    struct Config: Sendable, Decodable {
        var image: String
        var labels: [String: String]?

        enum CodingKeys: String, CodingKey {
            case image = "Image"
            case labels = "Labels"
        }
    }

    struct Networks: Sendable, Decodable {
        var ports: [String: [Binding]?]?

        enum CodingKeys: String, CodingKey { case ports = "Ports" }
    }

    struct Binding: Sendable, Decodable {
        var address: String
        var port: String

        enum CodingKeys: String, CodingKey {
            case address = "HostIp"
            case port = "HostPort"
        }
    }

    var health: ContainerHealth {
        guard state.isRunning, state.status == "running" || state.status == "paused" else { return .stopped }
        switch state.health?.status {
        case "starting": return .starting
        case "unhealthy": return .unhealthy
        default: return state.status == "paused" ? .unhealthy : .healthy
        }
    }

    var details: ContainerDetails {
        let ports = (networkSettings?.ports ?? [:]).mapValues { bindings in
            (bindings ?? []).compactMap { binding in
                Int(binding.port).map { ContainerDetails.PublishedPort(address: binding.address, port: $0) }
            }
        }
        return ContainerDetails(
            id: id, name: name.hasPrefix("/") ? String(name.dropFirst()) : name, image: config.image,
            createdAtMilliseconds: DockerTime.milliseconds(created) ?? 0, status: state.status,
            labels: config.labels ?? [:], ports: ports)
    }
}
