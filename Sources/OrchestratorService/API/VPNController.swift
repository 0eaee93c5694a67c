import Fleet
import Hummingbird

/// `/vpn`: what is known of the VPN that engines use.
struct VPNController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to open: Routes) {
        open.get("/vpn/status", use: status)
        open.get("/vpn/publicip", use: publicIP)
    }

    @Sendable func status(_ request: Request, context: APIContext) async throws -> Response {
        .json(await orchestrator.vpn.document(now: orchestrator.now))
    }

    @Sendable func publicIP(_ request: Request, context: APIContext) async throws -> Response {
        guard let address = await orchestrator.vpn.leading?.publicIP else {
            throw DetailError(.serviceUnavailable, "Unable to retrieve VPN public IP")
        }
        return .json(["public_ip": .string(address)])
    }
}
