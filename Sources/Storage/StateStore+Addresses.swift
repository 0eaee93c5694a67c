public import Fleet
import GRDB

extension StateStore {
    /// Takes the addresses out of those entries of the event log that are older; the entries stay.
    public func forgetAddresses(category: String, before time: Timestamp) async throws(StorageError) {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE event_log SET details = json_remove(details, '$.address')
                    WHERE timestamp < ? AND category = ? AND json_extract(details, '$.address') IS NOT NULL
                    """, arguments: [time.milliseconds, category])
        }
    }
}
