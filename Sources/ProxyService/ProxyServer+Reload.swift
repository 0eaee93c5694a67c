import Catalogue
import Telemetry
public import Settings

extension ProxyServer {
    /// Reads the settings again at each SIGHUP. The log level changes at once.
    /// - Parameter read: all settings, as they would be used after a restart.
    public func reload(
        logLevel: LogLevelSwitch, read: @escaping @Sendable () throws -> ProxySettings
    ) -> SettingsReload {
        let results: CounterVector<Label<ConfigurationReloadResult>> = registry.counter(
            ProxyFamilies.configurationReloads)
        let (applied, refused) = (results[Label(.applied)], results[Label(.refused)])
        return SettingsReload(effective: settings.effective, logLevel: logLevel, logger: logger) {
            let settings = try read()
            return SettingsReload.Change(
                logLevel: settings.logLevel, effective: settings.effective, live: ["ACEXY_LOG_LEVEL", "DEBUG_MODE"])
        } count: {
            ($0 == .applied ? applied : refused).increment()
        }
    }
}
