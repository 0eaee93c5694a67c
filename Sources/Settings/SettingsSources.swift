/// Variables of the environment, and below it those of files: what is given in several places counts where it was given
/// first.
public struct SettingsSources: Sendable, Hashable {
    /// The variable that names a program's own file.
    public static let fileVariable = "WEIR_CONFIG"

    /// By name; values that are empty count as not set and are left out.
    public private(set) var values: [String: String]
    /// The file of each variable that is from one.
    public private(set) var files: [String: String] = [:]

    /// Variables of the environment alone.
    public init(environment: [String: String]) {
        values = environment.filter { !$0.value.isEmpty }
    }

    /// Puts a file below everything that is there already.
    public mutating func add(_ file: EnvironmentFile) {
        for (name, value) in file.values where !value.isEmpty && values[name] == nil {
            values[name] = value
            files[name] = file.path
        }
    }

    /// What a program is started with: its environment, and below it the file that `WEIR_CONFIG` names, if it does.
    /// - Throws: ``SettingsError`` when the file cannot be read, with every line that cannot be understood.
    public static func ofProcess(environment: [String: String]) throws(SettingsError) -> SettingsSources {
        var sources = SettingsSources(environment: environment)
        if let path = sources.values[fileVariable] { sources.add(try EnvironmentFile(path: path)) }
        return sources
    }
}
