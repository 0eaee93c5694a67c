import Fleet
import Foundation

/// The backups in a folder, told from other files by their names.
public struct BackupFolder: Sendable {
    static let prefix = "weir-"
    static let suffix = ".db"

    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// The folder beside a database.
    public init(besides url: DatabaseURL) {
        path = URL(fileURLWithPath: url.path).deletingLastPathComponent().appendingPathComponent("backups").path
    }

    /// Names of the backups, the newest first.
    public var files: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.suffix) }.sorted(by: >)
    }

    /// Deletes all but the newest ones, and what copies that were broken off have left behind a day ago or more.
    public func prune(keeping count: Int) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasPrefix(Self.prefix) && name.contains(Self.suffix + ".partial") {
            let file = path + "/" + name
            let made = (try? FileManager.default.attributesOfItem(atPath: file))?[.modificationDate] as? Date
            if let made, made.timeIntervalSinceNow < -86_400 { try? FileManager.default.removeItem(atPath: file) }
        }
        for name in files.dropFirst(count) { try? FileManager.default.removeItem(atPath: path + "/" + name) }
    }

    /// `20260102T030405.678Z`
    static func stamp(_ time: Timestamp) -> String {
        Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
            .formatted(
                Date.ISO8601FormatStyle(
                    dateSeparator: .omitted, timeSeparator: .omitted, includingFractionalSeconds: true))
    }
}
