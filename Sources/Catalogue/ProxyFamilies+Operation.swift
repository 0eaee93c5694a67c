public import Telemetry

/// The program itself.
extension ProxyFamilies {
    public static let configurationReloads = CounterFamily<Label<ConfigurationReloadResult>>(
        "weir_proxy_configuration_reloads_total", "Times the settings were read again, on SIGHUP.", known: Label.all)

    static let operation = [DescribedFamily(configurationReloads)]
}
