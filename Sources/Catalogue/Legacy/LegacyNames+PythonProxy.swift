import Telemetry

/// The built-in proxy of version 1.6.
extension LegacyNames {
    private static let stream = "route=\"/ace/getstream\""
    private static let requests = "weir_proxy_http_requests_total"

    /// 0 for every proxy that is up: what the earlier gauges showed while nothing had happened.
    private static let zero = "0 * \(sum("weir_proxy_viewers"))"

    static let pythonProxy: [LegacyName] = [
        LegacyName(
            .counter, "orch_proxy_stream_requests_total", .v16, labels: ["mode", "endpoint", "result"],
            .rule("\(result("success", "=~")) or \(result("error", "!~"))")),
        LegacyName(
            .histogram, "orch_proxy_stream_request_duration_seconds", .v16, labels: ["mode", "endpoint"],
            .rule(streamed("weir_proxy_http_request_duration_seconds$suffix{\(stream)}", histogram: true))),
        LegacyName(
            .histogram, "orch_proxy_ttfb_seconds", .v16, labels: ["mode", "endpoint"],
            .rule(streamed("weir_proxy_time_to_first_byte_seconds$suffix", histogram: true))),
        LegacyName(
            .counter, "orch_proxy_http_errors_total", .v16, labels: ["endpoint", "status_code"], .rule(errors)),
        LegacyName(
            .counter, "orch_proxy_client_connect_total", .v16, labels: ["mode"],
            .rule(constant("mode", "ts", sum("weir_proxy_time_to_first_byte_seconds_count")))),
        LegacyName(
            .counter, "orch_proxy_client_disconnect_total", .v16, labels: ["mode"],
            .rule(constant("mode", "ts", sum("weir_proxy_viewer_duration_seconds_count")))),
        LegacyName(
            .gauge, "orch_proxy_active_clients", .v16,
            .rule(sum("weir_proxy_viewers or weir_proxy_hls_viewers")),
            shadow: .sum(
                "orch_proxy_active_clients", .proxy,
                "Earlier name of weir_proxy_viewers and weir_proxy_hls_viewers in one.", of: ProxyFamilies.hlsViewers,
                and: ProxyFamilies.viewers)),
        gauge("orch_proxy_active_clients_ts", .v16, from: ProxyFamilies.viewers, .proxy),
        LegacyName(
            .gauge, "orch_proxy_active_clients_hls", .v16, .rule(sum("weir_proxy_hls_viewers")),
            shadow: .sum(
                "orch_proxy_active_clients_hls", .proxy, "Earlier name of weir_proxy_hls_viewers.",
                of: ProxyFamilies.hlsViewers)),
        rate("disconnect_rate_per_minute", "60 * \(sum("rate(weir_proxy_viewer_duration_seconds_count[1m])"))"),
        rate(
            "success_rate",
            "100 * (\(minute("code=~\"2..\"")) or 0 * \(minute(""))) / (\(minute("")) > 0) or 100 + \(zero)"),
        rate("4xx_rate_per_minute", "60 * \(minute("code=~\"4..\"")) or \(zero)"),
        rate("5xx_rate_per_minute", "60 * \(minute("code=~\"5..\"")) or \(zero)"),
        rate(
            "ttfb_avg_ms",
            "1000 * \(sum("rate(weir_proxy_time_to_first_byte_seconds_sum[1m])")) / "
                + "(\(sum("rate(weir_proxy_time_to_first_byte_seconds_count[1m])")) > 0)"),
        rate(
            "ttfb_p95_ms",
            "1000 * histogram_quantile(0.95, "
                + "\(sum("rate(weir_proxy_time_to_first_byte_seconds_bucket[1m])", by: "le")))"),
        bytes("orch_proxy_ingress_bytes_total", from: ProxyFamilies.receivedBytes),
        bytes("orch_proxy_egress_bytes_total", from: ProxyFamilies.sentBytes),
        // In bytes, whatever the name says.
        rate("ingress_rate_bps", sum("rate(weir_proxy_received_bytes_total[1m])")),
        rate("egress_rate_bps", sum("rate(weir_proxy_sent_bytes_total[1m])")),
        LegacyName(
            .gauge, "orch_global_egress_bandwidth_mbps", .v16,
            .rule("8e-6 * \(sum("rate(weir_proxy_sent_bytes_total[1m])"))")),
        LegacyName(
            .gauge, "orch_system_success_rate", .v16,
            .rule(
                "100 * \(starts("ok")) / (\(starts("ok|engine_error|no_engine|timeout")) > 0) "
                    + "or 100 + \(zero)")),
    ]

    private static let errors = sum(
        "label_replace(label_replace(\(requests){code=~\"[45]..\"}, \"endpoint\", \"$1\", \"route\", \"(.*)\"), "
            + "\"status_code\", \"$1\", \"code\", \"(.*)\")", by: "endpoint, status_code")

    /// A sum with the labels of a transport stream's endpoint.
    static func streamed(_ series: String, histogram: Bool = false) -> String {
        constant(
            "endpoint", "/ace/getstream",
            constant("mode", "ts", "sum by (service, instance\(histogram ? "$le" : "")) (\(series))"))
    }

    private static func result(_ value: String, _ match: String) -> String {
        constant("result", value, streamed("\(requests){\(stream), code\(match)\"2..\"}"))
    }

    private static func rate(_ name: String, _ expression: String) -> LegacyName {
        LegacyName(.gauge, "orch_proxy_" + name, .v16, .rule(expression))
    }

    private static func minute(_ matcher: String) -> String {
        sum("rate(\(requests){\(stream)\(matcher.isEmpty ? "" : ", " + matcher)}[1m])")
    }

    private static func starts(_ outcomes: String) -> String {
        sum("rate(weir_proxy_stream_starts_total{outcome=~\"\(outcomes)\"}[5m])")
    }

    private static func bytes(_ name: String, from source: CounterFamily<NoLabels>) -> LegacyName {
        LegacyName(
            .gauge, name, .v16, .rule(sum(source.family.name)),
            shadow: .counter(name, .proxy, "Earlier name of \(source.family.name).", from: source))
    }
}
