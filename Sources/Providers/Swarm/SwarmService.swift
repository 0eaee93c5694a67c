/// A service as `GET /services` lists it.
struct SwarmService: Sendable, Decodable {
    var id: String
    var created: String
    var specification: Specification

    enum CodingKeys: String, CodingKey {
        case id = "ID"
        case created = "CreatedAt"
        case specification = "Spec"
    }

    struct Specification: Sendable, Decodable {
        var name: String
        var labels: [String: String]?
        var task: Task

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case labels = "Labels"
            case task = "TaskTemplate"
        }
    }

    struct Task: Sendable, Decodable {
        var container: Container?

        enum CodingKeys: String, CodingKey { case container = "ContainerSpec" }
    }

    struct Container: Sendable, Decodable {
        var image: String

        enum CodingKeys: String, CodingKey { case image = "Image" }
    }

    var labels: [String: String] { specification.labels ?? [:] }

    func port(_ label: String) -> Int? { labels[label].flatMap { Int($0) } }
}
