import Fleet

extension VPNStatus {
    /// The VPN as the API shows it: the fields of both earlier generations.
    func document(now: Timestamp) -> JSONValue {
        let leading = leading
        let lastCheck = JSONValue(leading?.lastCheck.map(RFC3339.text))
        let duration = emergency.map { (now - $0.since).components.seconds } ?? 0
        return [
            "enabled": .bool(isEnabled),
            "mode": .string(isEnabled ? mode.rawValue : "disabled"),
            "status": .string(isEnabled ? leading?.status ?? "unknown" : "disabled"),
            "container": JSONValue(leading?.name),
            "container_name": JSONValue(leading?.name),
            "health": .string(health.rawValue),
            "connected": .bool(isConnected),
            "forwarded_port": leading?.forwardedPort.map(JSONValue.init) ?? .null,
            "public_ip": JSONValue(leading?.publicIP),
            "provider": JSONValue(leading?.provider),
            "country": JSONValue(leading?.country),
            "city": JSONValue(leading?.city),
            "region": JSONValue(leading?.region),
            "last_check": lastCheck,
            "last_check_at": lastCheck,
            "vpn1": first?.document ?? .null,
            "vpn2": second?.document ?? .null,
            "emergency_mode": [
                "active": .bool(emergency != nil),
                "failed_vpn": JSONValue(emergency?.failedVPN),
                "healthy_vpn": JSONValue(emergency?.healthyVPN),
                "duration_seconds": .integer(max(0, duration)),
            ],
        ]
    }
}

extension VPNStatus.Container {
    fileprivate var document: JSONValue {
        let lastCheck = JSONValue(lastCheck.map(RFC3339.text))
        return [
            "enabled": true,
            "status": .string(status),
            "container": .string(name),
            "container_name": .string(name),
            "health": .string(health.rawValue),
            "connected": .bool(isConnected),
            "forwarded_port": forwardedPort.map(JSONValue.init) ?? .null,
            "public_ip": JSONValue(publicIP),
            "provider": JSONValue(provider),
            "country": JSONValue(country),
            "city": JSONValue(city),
            "region": JSONValue(region),
            "last_check": lastCheck,
            "last_check_at": lastCheck,
        ]
    }
}
