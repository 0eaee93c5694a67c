/// A task as `GET /tasks` lists it: one run of a service's container on one node.
struct SwarmTask: Sendable, Decodable {
    var id: String
    var serviceID: String
    var nodeID: String?
    /// `ready` or `running` while the Swarm wants it, else `shutdown` or `remove`.
    var desiredState: String
    var created: String
    var status: Status

    enum CodingKeys: String, CodingKey {
        case id = "ID"
        case serviceID = "ServiceID"
        case nodeID = "NodeID"
        case desiredState = "DesiredState"
        case created = "CreatedAt"
        case status = "Status"
    }

    struct Status: Sendable, Decodable {
        /// `new`, `pending`, …, `running`, `complete`, `failed`, `rejected`, `orphaned`, …
        var state: String
        var failure: String?
        var container: Container?

        enum CodingKeys: String, CodingKey {
            case state = "State"
            case failure = "Err"
            case container = "ContainerStatus"
        }
    }

    struct Container: Sendable, Decodable {
        var id: String?

        enum CodingKeys: String, CodingKey { case id = "ContainerID" }
    }

    var containerID: String? { status.container?.id.flatMap { $0.isEmpty ? nil : $0 } }

    var isWanted: Bool { desiredState == "running" || desiredState == "ready" }

    var isRunning: Bool { desiredState == "running" && status.state == "running" }

    var hasFailed: Bool { ["failed", "rejected", "complete", "orphaned"].contains(status.state) }
}
