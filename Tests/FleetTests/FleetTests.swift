import Testing

@Suite struct FleetTests {}
