/// Everything that is wrong with the settings, each problem naming the variable, its value and what is allowed.
public struct SettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    public let problems: [String]

    public init(problems: [String]) {
        self.problems = problems
    }

    public var description: String {
        problems.joined(separator: "\n")
    }
}
