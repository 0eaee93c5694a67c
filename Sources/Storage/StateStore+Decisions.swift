import GRDB
public import Scaling

extension StateStore {
    /// Scaling decisions, newest first.
    public func decisions(limit: Int) async throws(StorageError) -> [ScalingDecision] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM decisions ORDER BY id DESC LIMIT ?", arguments: [limit])
                .map(Self.decision)
        }
    }

    static func insert(_ decision: ScalingDecision, _ database: Database) throws {
        try database.run(
            """
            INSERT INTO decisions (at, policy, desired, current, free, used, direction, reason, inputs)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                decision.at, decision.policy, decision.desired, decision.current, decision.free, decision.used,
                decision.direction.rawValue, decision.reason, try JSONText.encode(StoredInputs(decision.inputs)),
            ])
    }

    private static func decision(_ row: Row) throws -> ScalingDecision {
        ScalingDecision(
            at: row["at"], policy: row["policy"], desired: row["desired"], current: row["current"],
            free: row["free"], used: row["used"],
            direction: ScalingDecision.Direction(rawValue: row["direction"]) ?? .hold, reason: row["reason"],
            inputs: try JSONText.decode(StoredInputs.self, row["inputs"]).inputs)
    }
}
