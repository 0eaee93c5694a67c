import Testing

@Suite struct ProxyServiceTests {}
