extension VPNController {
    static let operations = [
        APIOperation("GET", "/vpn/status", "vpn", "The VPN that engines use", .readers)
            .answering(200, Schema.named("VPN"), "the VPN; `disabled` where there is none"),
        APIOperation("GET", "/vpn/publicip", "vpn", "The address that engines are seen from", .readers)
            .answering(200, Schema.answer(["public_ip": Schema.text]), "the address")
            .failing(503, "it is not known"),
    ]
}
