/// A container as `GET /containers/json` lists it.
struct DockerListedContainer: Sendable, Decodable {
    var id: String
    var names: [String]
    var image: String
    /// Seconds since 1970.
    var created: Int64
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
    var state: String
    var labels: [String: String]?
    var ports: [Port]?

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case names = "Names"
        case image = "Image"
        case created = "Created"
        case state = "State"
        case labels = "Labels"
        case ports = "Ports"
    }

    struct Port: Sendable, Decodable {
        var address: String?
        var inside: Int
        var outside: Int?
        var kind: String

        enum CodingKeys: String, CodingKey {
            case address = "IP"
            case inside = "PrivatePort"
            case outside = "PublicPort"
            case kind = "Type"
        }
    }

    var name: String {
        let name = names.first ?? ""
        return name.hasPrefix("/") ? String(name.dropFirst()) : name
    }

    var details: ContainerDetails {
        var published: [String: [ContainerDetails.PublishedPort]] = [:]
        for port in ports ?? [] {
            let key = "\(port.inside)/\(port.kind)"
            published[key, default: []] += port.outside.map { [.init(address: port.address ?? "", port: $0)] } ?? []
        }
        return ContainerDetails(
            id: id, name: name, image: image, createdAtMilliseconds: created * 1000, status: state,
            labels: labels ?? [:], ports: published)
    }
}
