import Testing

@Suite struct ScalingTests {}
