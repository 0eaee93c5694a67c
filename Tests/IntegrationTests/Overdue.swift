/// Something did not come about in time.
struct Overdue: Error, CustomStringConvertible {
    let description: String
}

/// Asks again and again until there is a value. An error counts as "not yet"; the last one is told when time is over.
/// `what` is read only then.
@discardableResult
func eventually<Value>(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(50),
    _ find: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    var obstacle = ""
    while true {
        do {
            if let value = try await find() { return value }
            obstacle = ""
        } catch {
            obstacle = "; \(error)"
        }
        guard ContinuousClock.now < deadline else {
            throw Overdue(description: "not within \(limit): \(what())\(obstacle)")
        }
        try await Task.sleep(for: pause)
    }
}

/// Waits until a condition holds.
func eventually(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
) async throws {
    try await eventually(what(), within: limit) { try await condition() ? true : nil }
}
