import Testing

@Suite struct OutboundTests {}
