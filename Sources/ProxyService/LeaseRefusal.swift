import Outbound

/// Why the orchestrator has no engine, as its answer says: `application/problem+json` of a lease, or the `detail`
/// object of earlier orchestrators.
struct LeaseRefusal {
    private struct Document: Decodable {
        struct Block: Decodable {
            let code: String?
            let message: String?
            let recoveryEtaSeconds: Int?
        }

        enum CodingKeys: CodingKey { case code, title, detail }

        let code: String?
        let text: String?
        let block: Block?

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            code = try? fields.decode(String.self, forKey: .code)
            block = try? fields.decode(Block.self, forKey: .detail)
            text =
                (try? fields.decode(String.self, forKey: .detail)) ?? (try? fields.decode(String.self, forKey: .title))
        }
    }

    /// How long players are told to wait where nobody knows better, in seconds.
    static let usualWait = 5
    private static let waits = 1...3600

    /// One sentence for the log.
    let reason: String
    /// What players of the fork are used to be told.
    let message: String
    let retryAfter: Int

    init(_ response: OutboundResponse) {
        let document = OrchestratorAPI.decode(Document.self, from: response)
        reason = document?.block?.message ?? document?.text ?? "no reason given"
        message = Self.message(code: document?.block?.code ?? document?.code ?? "")
        let wait = response.header("Retry-After").flatMap { Int($0) } ?? document?.block?.recoveryEtaSeconds
        retryAfter = min(max(wait ?? Self.usualWait, Self.waits.lowerBound), Self.waits.upperBound)
    }

    private static func message(code: String) -> String {
        let unavailable = "Service temporarily unavailable: "
        return switch code {
        case "vpn_disconnected": unavailable + "VPN connection is being restored"
        case "circuit_breaker": unavailable + "System is recovering from errors"
        case "vpn_error": unavailable + "VPN error during provisioning"
        default: "Service at capacity: Please try again in a moment"
        }
    }
}
