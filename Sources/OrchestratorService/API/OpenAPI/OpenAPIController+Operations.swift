extension OpenAPIController {
    static let operations = [
        APIOperation("GET", "/openapi.json", "pages", "This description, for programs", .everybody)
            .answering(200, ["type": "object"], "OpenAPI 3.1"),
        APIOperation("GET", "/docs", "pages", "This description, for people", .everybody)
            .answering(200, as: ["text/html": Schema.text], "the page"),
    ]
}
