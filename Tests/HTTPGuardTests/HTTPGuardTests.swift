import Testing

@Suite struct HTTPGuardTests {}
