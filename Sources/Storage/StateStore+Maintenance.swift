import GRDB

/// Keeps the file small and its queries fast.
extension StateStore {
    /// Pages given back in one transaction: a few milliseconds.
    private static let pagesPerTransaction = 200
    /// A file up to this size is rewritten as a whole without anybody noticing.
    private static let smallFileBytes = 32 << 20

    /// Gives free space back and renews the statistics that queries are planned by.
    ///
    /// In short transactions, between which others write. Files made by earlier versions, which cannot be shortened
    /// in steps, are left as long as they are beyond 32 MiB.
    /// - Parameter isThorough: rewrites the file as a whole (`VACUUM`); writes wait meanwhile.
    public func optimize(isThorough: Bool = false) async throws(StorageError) {
        let canShrink = try await read { try Int.fetchOne($0, sql: "PRAGMA auto_vacuum") } == 2
        if isThorough || (!canShrink && sizeInBytes <= Self.smallFileBytes) {
            try await rewrite()
        } else if canShrink {
            while try await write({ try Self.shrink($0) }) {}
        }
        try await write { database in
            try database.execute(sql: "PRAGMA analysis_limit = 400; ANALYZE")
        }
    }

    /// - Returns: whether there is more to be given back.
    private static func shrink(_ database: Database) throws -> Bool {
        try database.execute(sql: "PRAGMA incremental_vacuum(\(pagesPerTransaction))")
        return try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0 > 0
    }

    private func rewrite() async throws(StorageError) {
        try await confirmLeadership()
        let (queue, _) = try openConnection()
        do {
            try await queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
                try database.checkpoint(.truncate)
            }
        } catch {
            throw StorageError(.unavailable, "the database \(path) cannot be rewritten: \(error)")
        }
    }
}
