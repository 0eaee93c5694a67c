/// The programs that have settings.
public enum ServiceKind: String, Sendable, Hashable, CaseIterable {
    case proxy
    case orchestrator

    public var program: String { "weir-\(rawValue)" }

    /// Every setting of the program with its default.
    public var settings: [EffectiveSetting] { read(SettingsSources(environment: [:])).effective }

    /// Every name that the program reads, older spellings included.
    public var variables: Set<String> { Set(settings.flatMap(\.spellings)) }

    /// The values as the program would use them, what is wrong with them, and what it would warn of.
    public func read(
        _ sources: SettingsSources
    ) -> (effective: [EffectiveSetting], problems: [String], warnings: [String]) {
        do {
            switch self {
            case .proxy:
                let settings = try ProxySettings(sources: sources)
                return (settings.effective, [], settings.notices)
            case .orchestrator:
                let settings = try OrchestratorSettings(sources: sources)
                return (settings.effective, [], settings.notices)
            }
        } catch {
            let warnings = SettingsAdvice.warnings(for: self, effective: error.effective, sources: sources)
            return (error.effective, error.problems, warnings)
        }
    }
}
