extension MetricsController {
    static let operations = [
        APIOperation("GET", "/metrics", "pages", "Metrics, for Prometheus", .scrapers)
            .answering(
                200,
                as: [
                    "text/plain": Schema.text, "application/openmetrics-text": Schema.text,
                    "application/vnd.google.protobuf": ["type": "string", "format": "binary"],
                ], "in the format that is asked for")
    ]
}
