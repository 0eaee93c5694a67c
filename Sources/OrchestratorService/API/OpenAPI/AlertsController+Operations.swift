import Catalogue

extension AlertsController {
    static let operations = [
        APIOperation("POST", "/webhooks/alertmanager", "alerts", "Takes a notification of Alertmanager", .operators)
            .reading(
                Schema.request(
                    [
                        "version": Schema.constant("4"),
                        "alerts": Schema.optional(
                            Schema.list(
                                Schema.request(
                                    [
                                        "status": Schema.choice(NotificationStatus.self),
                                        "labels": Schema.optional(Schema.map(Schema.optional(Schema.text))),
                                        "annotations": Schema.optional(Schema.map(Schema.optional(Schema.text))),
                                    ], required: ["status"]))),
                    ], required: ["version"])
            )
            .answering(200, Schema.answer(["recorded": Schema.count]), "the alerts are in the event log")
    ]
}
