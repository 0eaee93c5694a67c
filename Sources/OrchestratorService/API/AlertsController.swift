import Catalogue
import Hummingbird
import Storage
import Telemetry

/// `/webhooks/alertmanager`: notifications of Alertmanager, into the event log.
struct AlertsController: Sendable {
    /// One alert of a notification.
    struct Alert: Sendable {
        var status: NotificationStatus
        var labels: [String: String]
        var annotations: [String: String]
    }

    let orchestrator: Orchestrator

    func addRoutes(to locked: Routes) {
        locked.post("/webhooks/alertmanager", use: receive)
    }

    @Sendable func receive(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let alerts: [Alert]
        do {
            alerts = try Self.parse(try await request.requiredDocument(context))
        } catch {
            orchestrator.metrics.alertWebhooks[Label(.rejected)].increment()
            throw error
        }
        orchestrator.metrics.alertWebhooks[Label(.accepted)].increment()
        for alert in alerts { await orchestrator.record(alert) }
        try await orchestrator.journal.flush()
        return .json(["recorded": JSONValue(alerts.count)])
    }

    /// Understands version 4 of the payload.
    static func parse(_ document: JSONValue) throws(ValidationError) -> [Alert] {
        try FieldReader.read(document) { body in
            let version = body.string("version")
            if let version, version != "4" {
                body.note("literal_error", "version", "Input should be '4'", .string(version))
            }
            return body.objects("alerts").compactMap { alert in
                let status = alert.choice("status", of: NotificationStatus.self)
                let labels = alert.strings("labels")
                let annotations = alert.strings("annotations")
                return status.map { Alert(status: $0, labels: labels, annotations: annotations) }
            }
        }
    }
}

extension Orchestrator {
    func record(_ alert: AlertsController.Alert) {
        let name = alert.labels["alertname"] ?? "unnamed alert"
        let summary = alert.annotations["summary"] ?? ""
        metrics.alertNotifications[Label(alert.status)].increment()
        log(
            event: EventRecord(
                at: now, type: .system, category: "alert",
                message: "\(name) \(alert.status.rawValue)" + (summary.isEmpty ? "" : ": \(summary)"),
                details: [
                    "status": alert.status.rawValue, "alertname": name,
                    "severity": alert.labels["severity"] ?? "", "summary": summary,
                ]))
    }
}
