import Testing

@Suite struct EngineAPITests {}
