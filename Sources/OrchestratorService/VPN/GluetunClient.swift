import Fleet
import Foundation
import Outbound

/// Gluetun's control server. Nothing redirects it: where a route has moved, the other one is asked.
struct GluetunClient: Sendable {
    static let portRoutes = ["/v1/portforward", "/v1/openvpn/portforwarded"]
    static let addressRoute = "/v1/publicip/ip"
    static let timeout = Duration.seconds(3)

    let outbound: OutboundClient
    let baseURL: String
    let apiKey: String?

    private struct Port: Decodable {
        var port: Int?
        var ports: [Int]?
    }

    private struct Address: Decodable {
        var public_ip: String
        var country: String?
        var region: String?
        var city: String?
        var organization: String?
    }

    /// The port forwarded by the VPN's provider; nil when there is none.
    func forwardedPort() async throws(GluetunError) -> Int? {
        var failure = GluetunError(code: .unsupported, description: "\(baseURL) knows no route for the forwarded port")
        for route in Self.portRoutes {
            do throws(GluetunError) {
                let answer: Port = try await get(route)
                let port = answer.port ?? answer.ports?.first ?? 0
                return (1...65535).contains(port) ? port : nil
            } catch {
                // A version that has not this route has the other one.
                guard error.code == .unsupported || error.code == .unauthorized else { throw error }
                if error.code == .unauthorized { failure = error }
            }
        }
        throw failure
    }

    /// The address under which others see what goes through the VPN.
    func address() async throws(GluetunError) -> VPNAddress? {
        let answer: Address = try await get(Self.addressRoute)
        guard !answer.public_ip.isEmpty else { return nil }
        return VPNAddress(
            publicIP: answer.public_ip, provider: answer.organization, country: answer.country, city: answer.city,
            region: answer.region)
    }

    private func get<Answer: Decodable>(_ route: String) async throws(GluetunError) -> Answer {
        let request = OutboundRequest(
            "GET", baseURL + route, headers: apiKey.map { [("X-API-Key", $0)] } ?? [], timeout: Self.timeout,
            connectTimeout: Self.timeout, maximumBodyBytes: 64 << 10)
        let response: OutboundResponse
        do {
            response = try await outbound.send(request)
        } catch {
            throw GluetunError(code: .unreachable, description: "\(baseURL) does not answer: \(error.message)")
        }
        switch response.status {
        case 200: break
        case 401, 403:
            let advice =
                apiKey == nil ? "set GLUETUN_API_KEY" : "GLUETUN_API_KEY is not allowed \(route) by its configuration"
            throw GluetunError(
                code: .unauthorized, description: "\(baseURL) answers \(response.status) to \(route): \(advice)")
        case 301, 302, 303, 307, 308, 400, 404, 405:
            throw GluetunError(
                code: .unsupported, description: "\(baseURL) answers \(response.status) to \(route)")
        default:
            throw GluetunError(
                code: .unreachable, description: "\(baseURL) answers \(response.status) to \(route)")
        }
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(response.body))
        } catch {
            throw GluetunError(code: .malformed, description: "\(baseURL)\(route) is not the JSON that Gluetun sends")
        }
    }
}
