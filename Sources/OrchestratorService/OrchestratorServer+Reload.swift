import Catalogue
public import Logging
public import Settings
import Telemetry

extension OrchestratorServer {
    /// Reads the settings again at each SIGHUP. The log level, and keys that files hold, change at once.
    /// - Parameters:
    ///   - settings: those in use.
    ///   - read: all settings, as they would be used after a restart.
    public func reload(
        settings: OrchestratorSettings, logLevel: LogLevelSwitch, logger: Logger,
        read: @escaping @Sendable () throws -> OrchestratorSettings
    ) -> SettingsReload {
        let results: CounterVector<Label<ConfigurationReloadResult>> = registry.counter(
            OrchestratorFamilies.configurationReloads)
        let keys = keys
        let (applied, refused) = (results[Label(.applied)], results[Label(.refused)])
        return SettingsReload(effective: settings.effective, logLevel: logLevel, logger: logger) {
            let settings = try read()
            try keys.reload()
            return SettingsReload.Change(
                logLevel: settings.logLevel, effective: settings.effective, live: ["LOG_LEVEL", "DEBUG_MODE"])
        } count: {
            ($0 == .applied ? applied : refused).increment()
        }
    }
}
