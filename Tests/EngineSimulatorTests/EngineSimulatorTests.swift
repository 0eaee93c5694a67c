import Testing

@Suite struct EngineSimulatorTests {}
