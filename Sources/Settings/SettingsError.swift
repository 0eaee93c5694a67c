/// Everything that is wrong with the settings, each problem naming the variable, its value and what is allowed.
public struct SettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    public let problems: [String]
    /// Every value that was read all the same; a default stands for each that could not be.
    public let effective: [EffectiveSetting]

    public init(problems: [String]) {
        self.init(problems: problems, effective: [])
    }

    init(problems: [String], effective: [EffectiveSetting]) {
        self.problems = problems
        self.effective = effective
    }

    public var description: String {
        problems.joined(separator: "\n")
    }
}
