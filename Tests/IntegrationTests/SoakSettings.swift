import Foundation
import TestSupport

/// How long a soak lasts, and the appliance that it runs in.
enum SoakSettings {
    static let duration = Duration.seconds(TestLength.isLong ? 600 : 40)

    static let environment = [
        "ENGINE_COMMAND": engineCommand, "MAX_STREAMS_PER_ENGINE": "2", "MAX_REPLICAS": "8",
        // No engine leaves by itself, so that each can be asked at the end what it was told.
        "ENGINE_GRACE_PERIOD_S": "3600", "AUTOSCALE_INTERVAL_S": "1", "HEALTH_CHECK_INTERVAL_S": "2",
        "PROXY_TTL_S": "20", "ACEXY_M3U8_STREAM_TIMEOUT": "4s", "ACEXY_DEAD_CONTENT_TTL": "1s",
        "ACEXY_NO_RESPONSE_TIMEOUT": "8s",
    ]

    private static var engineCommand: String {
        let program = (try? ApplianceRun.products().appending(path: "weir-engine").path) ?? "weir-engine"
        let dead = SoakPlan.dead.map { "--dead \($0)" }.joined(separator: " ")
        return """
            \(program) --port {port} --name {name} --bitrate 1M --start-delay uniform:50ms-600ms \
            --load-delay uniform:10ms-200ms \(dead) --silent \(SoakPlan.silent)
            """
    }
}
