extension ContainersController {
    static let operations = [
        APIOperation("GET", "/containers/{id}", "containers", "One engine or other container of ours", .readers)
            .with(.path, "id", Schema.text, "id or name")
            .answering(200, Schema.named("Container"), "the container")
            .failing(404, "there is no such container")
            .refusing(504, "the provider does not answer"),
        APIOperation("DELETE", "/containers/{id}", "containers", "Removes it, whatever it does", .operators)
            .with(.path, "id", Schema.text, "id or name")
            .answering(200, Schema.answer(["deleted": Schema.text]), "it is gone")
            .failing(404, "there is no such container")
            .refusing(504, "the provider does not answer"),
        APIOperation("GET", "/by-label", "containers", "Containers that carry a label", .operators)
            .with(.query, "key", Schema.text, "the label", isRequired: true)
            .with(.query, "value", Schema.text, "its value", isRequired: true)
            .answering(200, Schema.list(Schema.named("Container")), "the containers")
            .refusing(504, "the provider does not answer"),
    ]
}
