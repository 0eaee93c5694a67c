public import Telemetry

/// The VPN containers.
extension OrchestratorFamilies {
    public static let vpnState = GaugeFamily<VPNLabels>(
        "orch_vpn_state", "1 for the state a VPN is in, 0 for its other states; `all` is the one that speaks for both.",
        known: VPNLabels.all)
    public static let vpnEngines = GaugeFamily<Label<VPNNumber>>(
        "orch_vpn_engines", "Engines behind a VPN.", known: [Label(.first), Label(.second)])
    public static let vpnEmergency = GaugeFamily<NoLabels>(
        "orch_vpn_emergency", "1 while one of two VPNs has failed and the other one carries all engines.")
    public static let vpnRestarts = CounterFamily<NoLabels>(
        "orch_vpn_restarts_total", "Times that a VPN's container was restarted because it was down for too long.")
    public static let vpnPortChanges = CounterFamily<NoLabels>(
        "orch_vpn_port_changes_total", "Times that a VPN forwarded another port than before.")

    static let vpn = [
        DescribedFamily(vpnState), DescribedFamily(vpnEngines), DescribedFamily(vpnEmergency),
        DescribedFamily(vpnRestarts), DescribedFamily(vpnPortChanges),
    ]
}
