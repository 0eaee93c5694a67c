extension MaintenanceController {
    static let operations = [
        APIOperation("POST", "/gc", "maintenance", "Removes what nobody needs and what has ended", .operators)
            .answering(
                200,
                Schema.answer([
                    "status": Schema.constant("ok"), "removed_engines": Schema.list(Schema.text),
                    "freed_records": Schema.count, "ended_leases": Schema.count, "deleted_rows": Schema.count,
                ]), "what was removed"
            )
            .refusing(504, "it takes longer, and goes on"),
        APIOperation(
            "POST", "/health/circuit-breaker/reset", "maintenance", "Closes a circuit breaker, or all", .operators
        )
        .with(.query, "operation_type", Schema.choice(Breaker.self), "which one; without it, all")
        .answering(200, Schema.answer(["message": Schema.text]), "done"),
    ]
}
