/// The address that others see, and where it is.
public struct VPNAddress: Sendable, Hashable {
    public var publicIP: String
    public var provider: String?
    public var country: String?
    public var city: String?
    public var region: String?

    public init(
        publicIP: String, provider: String? = nil, country: String? = nil, city: String? = nil, region: String? = nil
    ) {
        self.publicIP = publicIP
        self.provider = provider
        self.country = country
        self.city = city
        self.region = region
    }
}
