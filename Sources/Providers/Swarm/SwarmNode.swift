/// A node as `GET /nodes` lists it.
struct SwarmNode: Sendable, Decodable {
    var id: String
    var status: Status
    var manager: Manager?

    enum CodingKeys: String, CodingKey {
        case id = "ID"
        case status = "Status"
        case manager = "ManagerStatus"
    }

    struct Status: Sendable, Decodable {
        /// `ready`, `down`, `unknown` or `disconnected`.
        var state: String
        var address: String?

        enum CodingKeys: String, CodingKey {
            case state = "State"
            case address = "Addr"
        }
    }

    struct Manager: Sendable, Decodable {
        /// Address and port.
        var address: String?

        enum CodingKeys: String, CodingKey { case address = "Addr" }
    }

    /// Not known to be gone. After a change of its leader, a Swarm calls every node unknown until it has been heard.
    var isThere: Bool { status.state != "down" && status.state != "disconnected" }

    /// Where the ports of its tasks are reached; nil when nobody knows.
    var address: String? {
        if let address = status.address, !["", "0.0.0.0", "::"].contains(address) { return address }
        // A manager may not know its own address otherwise.
        guard let address = manager?.address, let colon = address.lastIndex(of: ":") else { return nil }
        return address[..<colon].trimmingBrackets
    }
}

extension Substring {
    fileprivate var trimmingBrackets: String { hasPrefix("[") ? String(dropFirst().dropLast()) : String(self) }
}
