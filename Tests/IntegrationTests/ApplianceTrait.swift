import Testing

/// Starts an appliance before the first test of a suite and stops it after the last.
struct ApplianceTrait: SuiteTrait, TestScoping {
    /// Settings of the services.
    var environment: [String: String]

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await ApplianceRun.around(environment, function)
    }
}

extension Trait where Self == ApplianceTrait {
    static func appliance(_ environment: [String: String]) -> Self { Self(environment: environment) }
}
