extension PanelController {
    private static let page: [String: JSONValue] = ["text/html": Schema.text]

    static let operations = [
        APIOperation("GET", "/", "pages", "Leads to the panel", .everybody)
            .answering(307, nil, "to /panel/"),
        APIOperation("GET", "/panel", "pages", "The panel", .everybody)
            .answering(200, as: page, "the page")
            .answering(307, nil, "to /panel/"),
    ]
}
