import Fleet
import Foundation
import GRDB
import Storage
import Testing

/// Copies made while the database is used, and a file that is kept in order.
@Suite struct BackupTests {
    private func withStore(_ body: (StateStore, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(try StateStore(url: DatabaseURL("sqlite:///\(folder)/state.db")), folder)
    }

    private func events(_ numbers: Range<Int>, size: Int = 1) -> [StateChange] {
        numbers.map { number in
            .logEvent(
                EventRecord(
                    at: Timestamp(milliseconds: Int64(number)), type: .system, category: "c",
                    message: "\(number)" + String(repeating: "x", count: size)))
        }
    }

    @Test func aBackupHoldsWhatWasAcknowledgedBeforeItAndCanBeOpened() async throws {
        try await withStore { store, folder async throws in
            try await store.apply(events(0..<500))
            // Writes go on while it is made.
            let writing = Task {
                for number in 500..<600 { try await store.apply(events(number..<number + 1)) }
            }
            let backup = try await store.backUp(into: folder + "/copies", now: Timestamp(milliseconds: 1_000))
            try await writing.value
            #expect(backup.file.hasSuffix("/copies/weir-19700101T000001.000Z.db"))
            #expect(backup.bytes > 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/copies").count == 1)
            try FileManager.default.moveItem(atPath: backup.file, toPath: folder + "/restored.db")
            let restored = try StateStore(url: DatabaseURL("sqlite:///\(folder)/restored.db"))
            #expect(try await restored.eventSummary().total >= 500)
            #expect(try await store.eventSummary().total == 600)
        }
    }

    @Test func onlyTheNewestBackupsAreKeptAndOtherFilesAreLeftAlone() async throws {
        try await withStore { store, folder async throws in
            let copies = BackupFolder(path: folder + "/copies")
            for second in Int64(1)...4 {
                _ = try await store.backUp(into: copies.path, now: Timestamp(milliseconds: second * 1000))
            }
            try Data().write(to: URL(fileURLWithPath: copies.path + "/mine.db"))
            copies.prune(keeping: 2)
            #expect(copies.files == ["weir-19700101T000004.000Z.db", "weir-19700101T000003.000Z.db"])
            #expect(FileManager.default.fileExists(atPath: copies.path + "/mine.db"))
        }
    }

    @Test func aBackupThatCannotBeWrittenSaysSo() async throws {
        try await withStore { store, folder async throws in
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            await #expect(throws: StorageError.self) {
                try await store.backUp(into: folder + "/file/copies", now: Timestamp(milliseconds: 1))
            }
        }
    }

    @Test(arguments: [false, true]) func freeSpaceIsGivenBack(isThorough: Bool) async throws {
        try await withStore { store, folder async throws in
            try await store.apply(events(0..<3000, size: 2000))
            _ = try await store.deleteEvents(before: Timestamp(milliseconds: 5000))
            try await store.optimize(isThorough: true)
            try await store.apply(events(0..<3000, size: 2000))
            _ = try await store.deleteEvents(before: Timestamp(milliseconds: 5000))
            let file = try DatabaseQueue(path: folder + "/state.db")
            let before = try await file.read { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0
            #expect(before > 1000)
            try await store.optimize(isThorough: isThorough)
            let after = try await file.read { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0
            #expect(after < 200)
            let mode = try await file.read { try Int.fetchOne($0, sql: "PRAGMA auto_vacuum") }
            #expect(mode == 2)
        }
    }
}
