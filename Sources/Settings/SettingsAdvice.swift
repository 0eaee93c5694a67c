/// What an operator should know about settings that can be used: what is dangerous, what changes nothing.
enum SettingsAdvice {
    /// One sentence for each, beginning with the variable.
    static func warnings(
        for service: ServiceKind, effective: [EffectiveSetting], sources: SettingsSources
    ) -> [String] {
        var warnings = names(for: service, effective: effective, sources: sources)
        let settings = Dictionary(effective.map { ($0.name, $0) }) { first, _ in first }
        switch service {
        case .proxy: warnings += proxy(settings)
        case .orchestrator: warnings += orchestrator(settings, sources)
        }
        return warnings
    }

    private static func proxy(_ settings: [String: EffectiveSetting]) -> [String] {
        var warnings: [String] = []
        let times = ["ACEXY_ORCH_TIMEOUT", "ACEXY_NO_RESPONSE_TIMEOUT", "ACEXY_EMPTY_TIMEOUT"]
        for time in times.compactMap({ settings[$0] }) {
            guard let seconds = time.number, seconds < 3 else { continue }
            warnings.append(hasty(time))
        }
        if let log = settings["DEBUG_LOG_DIR"], !log.isDefault {
            warnings.append("\(log.source) changes nothing: the log goes to standard error, see ACEXY_LOG_FORMAT")
        }
        if let url = settings["ACEXY_ORCH_URL"], !url.isDefault, settings["ACEXY_ORCH_APIKEY"]?.isDefault == true,
            settings["ACEXY_ORCH_APIKEY_FILE"]?.isDefault != false,
            !["http://127.0.0.1", "http://localhost", "http://[::1]"].contains(where: url.value.hasPrefix)
        {
            warnings.append(
                "ACEXY_ORCH_APIKEY is not set: an orchestrator on another machine refuses events and leases")
        }
        return warnings
    }

    private static func hasty(_ time: EffectiveSetting) -> String {
        "\(time.source) is \(time.value); below 3 s it gives up on what is only slow under load"
    }

    private static func orchestrator(
        _ settings: [String: EffectiveSetting], _ sources: SettingsSources
    ) -> [String] {
        var warnings: [String] = []
        func number(_ name: String) -> Double? { settings[name]?.number }
        if number("MIN_REPLICAS") == 0 {
            warnings.append(
                "\(settings["MIN_REPLICAS"]?.source ?? "MIN_REPLICAS") is 0: "
                    + "the first viewer waits until an engine is up"
            )
        }
        if let least = number("MIN_REPLICAS"), let most = number("MAX_REPLICAS"), least == most, most > 0 {
            warnings.append(
                "MAX_REPLICAS is MIN_REPLICAS (\(Int(most))): once a stream plays, that many engines cannot be free")
        }
        if let own = sources.values["MIN_REPLICAS"], let free = sources.values["MIN_FREE_REPLICAS"], own != free {
            warnings.append("MIN_FREE_REPLICAS is ignored: MIN_REPLICAS is set, and means free engines")
        }
        if let interval = number("HEALTH_CHECK_INTERVAL_S"), interval > 120 {
            warnings.append("HEALTH_CHECK_INTERVAL_S is \(Int(interval)) s: engines are hardly watched at all")
        }
        if let failures = number("HEALTH_FAILURE_THRESHOLD"), let interval = number("HEALTH_CHECK_INTERVAL_S"),
            failures * interval > 600
        {
            warnings.append(
                "HEALTH_FAILURE_THRESHOLD is \(Int(failures)): an engine that is dead is noticed after "
                    + "\(Int(failures * interval)) s only")
        }
        for name in ["API_REQUEST_TIMEOUT_S", "API_LONG_OPERATION_TIMEOUT_S", "PROVISION_TIMEOUT_S"] {
            if let time = settings[name], let seconds = time.number, seconds > 0, seconds < 3 {
                warnings.append(
                    "\(time.source) is \(time.value); below 3 s it gives up on what is only slow under load")
            }
        }
        for name in ["CIRCUIT_BREAKER_RECOVERY_TIMEOUT_S", "CIRCUIT_BREAKER_REPLACEMENT_TIMEOUT_S"]
        where number(name) == 0 {
            warnings.append("\(settings[name]?.source ?? name) is 0: the breaker protects nothing")
        }
        return warnings
    }

    /// Variables that no program reads: all of a file, and of the environment those that look like ours.
    private static func names(
        for service: ServiceKind, effective: [EffectiveSetting], sources: SettingsSources
    ) -> [String] {
        guard !sources.values.isEmpty else { return [] }
        let own = Set(effective.flatMap(\.spellings))
        let known = own.union(ServiceKind.allCases.filter { $0 != service }.flatMap(\.variables))
        return sources.values.keys.sorted().compactMap { name -> String? in
            guard !known.contains(name), !isOfAnother(name) else { return nil }
            let place = sources.files[name].map { " (in \($0))" } ?? ""
            if let unused = UnusedVariable.find(name) { return "\(name)\(place) is not used: \(unused.reason)" }
            if let near = NameDistance.nearest(to: name, among: known) {
                return "\(name)\(place) is no setting; \(near) is"
            }
            let isExpected = sources.files[name] != nil || service == .proxy && name.hasPrefix("ACEXY_")
            return isExpected ? "\(name)\(place) is no setting of any program" : nil
        }
    }

    /// Whether a variable is for the deployment's files, or for `weir up`.
    private static func isOfAnother(_ name: String) -> Bool {
        ["WEIR_", "COMPOSE_", "DOCKER_", "SWIFT_", "LD_", "LC_"].contains(where: name.hasPrefix)
            && !UnusedVariable.all.contains { $0.covers(name) }
    }
}
