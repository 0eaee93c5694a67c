extension TestClient {
    /// What `/metrics` shows of a series, written as it is there; nil when it has none.
    func metric(_ series: String) async throws -> Int? {
        let lines = try await get("/metrics").text.split(separator: "\n")
        return lines.first { $0.hasPrefix(series + " ") }.flatMap { Int($0.dropFirst(series.count + 1)) }
    }
}
