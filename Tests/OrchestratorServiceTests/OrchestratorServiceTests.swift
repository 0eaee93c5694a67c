import Testing

@Suite struct OrchestratorServiceTests {}
