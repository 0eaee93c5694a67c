import Testing

@Suite struct ObjectivesTests {}
