import Testing

@Suite struct TransportStreamTests {}
