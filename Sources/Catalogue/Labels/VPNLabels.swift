public import Telemetry

/// The VPNs and their states.
public struct VPNLabels: LabelSet {
    public enum State: String, CaseIterable, Sendable {
        case healthy, unhealthy, unknown, disabled, starting
    }

    public static var labelNames: [String] { ["vpn", "state"] }
    public var labelValues: [String] { [vpn.rawValue, state.rawValue] }
    let vpn: VPNNumber
    let state: State

    public init(_ vpn: VPNNumber, _ state: State) {
        self.vpn = vpn
        self.state = state
    }

    public static let all = VPNNumber.allCases.flatMap { vpn in State.allCases.map { Self(vpn, $0) } }
}
