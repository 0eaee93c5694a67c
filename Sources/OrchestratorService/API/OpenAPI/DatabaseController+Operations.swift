extension DatabaseController {
    static let operations = [
        APIOperation("POST", "/maintenance/backup", "maintenance", "Makes a backup of the database", .operators)
            .answering(200, Schema.answer(["file": Schema.text, "bytes": Schema.count]), "where it is")
            .refusing(504, "it takes longer, and goes on"),
        APIOperation("POST", "/maintenance/optimize", "maintenance", "Gives the database's free space back", .operators)
            .with(.query, "full", Schema.choice(Thoroughness.self), "whether to rewrite the file as a whole")
            .answering(
                200, Schema.answer(["bytes_before": Schema.count, "bytes_after": Schema.count]), "its size"
            )
            .refusing(504, "it takes longer, and goes on"),
    ]
}
