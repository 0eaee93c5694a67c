import Settings
import Testing

/// Every variable of the earlier orchestrators and of their documentation is read, or has a reason why not.
@Suite struct VariableListTests {
    /// First generation.
    static let first = """
        APP_PORT DOCKER_NETWORK TARGET_IMAGE MIN_REPLICAS MAX_REPLICAS CONTAINER_LABEL STARTUP_TIMEOUT_S IDLE_TTL_S
        COLLECT_INTERVAL_S STATS_HISTORY_MAX MONITOR_INTERVAL_S ENGINE_GRACE_PERIOD_S AUTOSCALE_INTERVAL_S
        HEALTH_CHECK_INTERVAL_S HEALTH_FAILURE_THRESHOLD HEALTH_UNHEALTHY_GRACE_PERIOD_S HEALTH_REPLACEMENT_COOLDOWN_S
        CIRCUIT_BREAKER_FAILURE_THRESHOLD CIRCUIT_BREAKER_RECOVERY_TIMEOUT_S CIRCUIT_BREAKER_REPLACEMENT_THRESHOLD
        CIRCUIT_BREAKER_REPLACEMENT_TIMEOUT_S GLUETUN_CONTAINER_NAME GLUETUN_API_PORT GLUETUN_HEALTH_CHECK_INTERVAL_S
        GLUETUN_PORT_CACHE_TTL_S VPN_RESTART_ENGINES_ON_RECONNECT MAX_ACTIVE_REPLICAS MAX_CONCURRENT_PROVISIONS
        MIN_PROVISION_INTERVAL_S PORT_RANGE_HOST ACE_HTTP_RANGE ACE_HTTPS_RANGE ACE_MAP_HTTPS API_KEY DB_URL AUTO_DELETE
        """
    /// Versions 1.0 to 1.7.
    static let added = """
        MIN_FREE_REPLICAS ENGINE_VARIANT GLUETUN_CONTAINER_NAME_2 VPN_MODE GLUETUN_PORT_RANGE_1 GLUETUN_PORT_RANGE_2
        VPN_UNHEALTHY_RESTART_TIMEOUT_S ENGINE_ARM32_VERSION ENGINE_ARM64_VERSION ENGINE_MEMORY_LIMIT DEBUG_MODE
        ACEXY_MAX_STREAMS_PER_ENGINE MAX_STREAMS_PER_ENGINE M3U_TIMEOUT STREAM_LOOP_DETECTION_ENABLED
        STREAM_LOOP_DETECTION_THRESHOLD_S STREAM_LOOP_CHECK_INTERVAL_S STREAM_LOOP_RETENTION_MINUTES
        DASHBOARD_DEFAULT_WINDOW_S DASHBOARD_PERSIST_INTERVAL_S DASHBOARD_METRICS_RETENTION_HOURS REDIS_HOST REDIS_PORT
        REDIS_DB PROXY_BUFFER_SIZE PROXY_CHUNK_SIZE PROXY_CLIENT_TIMEOUT PROXY_STREAM_TIMEOUT PROXY_CONNECTION_TIMEOUT
        """
    /// Version 2.
    static let second = """
        VPN_ENABLED VPN_PROVIDER VPN_PROTOCOL PREFERRED_ENGINES_PER_VPN MAX_ENGINES_PER_VPN REPUTATION_WINDOW
        MAX_CLIENTS_PER_STREAM MAX_TOTAL_STREAMS MAX_MEMORY_MB
        """
    /// Only ever in the documentation.
    static let documented = """
        API_REQUEST_TIMEOUT_S API_LONG_OPERATION_TIMEOUT_S PROVISION_TIMEOUT_S PROVISION_STARTUP_GRACE_S MAX_RETRIES
        RETRY_BACKOFF_S HEALTH_CHECK_TIMEOUT_S CIRCUIT_BREAKER_THRESHOLD CIRCUIT_BREAKER_TIMEOUT_S ACEXY_ORCH_TIMEOUT
        ACEXY_ENGINE_CACHE_TTL_S LOG_LEVEL ACEXY_LOG_LEVEL
        """
    @Test(arguments: [first, added, second, documented])
    func everyEarlierVariableIsReadOrHasAReason(list: String) {
        let read = ServiceKind.allCases.reduce(into: Set<String>()) { $0.formUnion($1.variables) }
        for name in list.split(whereSeparator: \.isWhitespace) {
            let unused = UnusedVariable.find(String(name))
            #expect(read.contains(String(name)) || unused != nil, "\(name) is neither read nor said to be unused")
        }
    }

    @Test func whatIsReadIsNotSaidToBeUnused() {
        for name in ServiceKind.allCases.flatMap(\.variables) {
            #expect(UnusedVariable.find(name) == nil, "\(name)")
        }
    }

    @Test func whatIsUnusedHasAReasonThatSaysWhatToUse() {
        #expect(Set(UnusedVariable.all.map(\.name)).count == UnusedVariable.all.count)
        for variable in UnusedVariable.all {
            #expect(variable.reason.count > 20)
            // The settings that a reason names exist.
            for word in variable.reason.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
            where word.hasPrefix("ACEXY_") {
                #expect(ServiceKind.proxy.variables.contains(String(word)), "\(variable.name): \(word)")
            }
        }
    }
}
