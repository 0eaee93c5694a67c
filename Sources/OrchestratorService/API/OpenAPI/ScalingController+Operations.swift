extension ScalingController {
    /// - Parameter maxReplicas: engines that may exist at most.
    static func operations(maxReplicas: Int) -> [APIOperation] {
        [
            APIOperation("POST", "/scale/{n}", "scaling", "Sets how many engines exist at least", .operators)
                .with(.path, "n", Schema.integer(0...maxReplicas), "engines")
                .answering(200, Schema.answer(["scaled_to": Schema.count]), "it holds until it is set anew")
                .answering(422, Schema.named("ValidationError"), "it is no such number"),
            APIOperation(
                "GET", "/autoscaler/decisions", "scaling", "Decisions and their reasons, newest first", .readers
            )
            .with(.query, "limit", Schema.integer(1...1000), "how many at most; 50 without it")
            .answering(200, Schema.list(decision), "the decisions"),
        ]
    }

    private static let decision = Schema.answer([
        "at": Schema.time, "policy": Schema.text, "desired": Schema.count, "current": Schema.count,
        "free": Schema.count, "used": Schema.count, "direction": Schema.choice("up", "down", "hold"),
        "reason": Schema.text,
        "inputs": Schema.answer([
            "start_rate": Schema.number, "dispersion": Schema.number, "lead_time_seconds": Schema.number,
            "quantile": Schema.number, "free_target": Schema.count, "waiting": Schema.count,
            "burn_rate": Schema.number, "floor": Schema.count,
        ]),
    ])
}
