internal import FoundationEssentials
internal import Glibc

/// The folder that holds one record and one log for each engine process, and nothing else of ours.
struct ProcessRecordFolder: Sendable {
    let path: String
    /// How many logs are kept of engines that are gone; the oldest are deleted first.
    let maxKeptLogs: Int
    /// A log that has grown beyond this is emptied.
    let maxLogBytes: Int

    enum Entry {
        case record(ProcessRecord)
        /// A record that cannot be read as one; the id is that of its file name.
        case damaged(id: String, reason: String)
    }

    func logPath(_ id: String) -> String { "\(path)/\(id).log" }

    /// All records, the oldest first, then those damaged.
    func entries() throws(ProviderError) -> [Entry] {
        var records: [ProcessRecord] = []
        var damaged: [Entry] = []
        for name in try SystemFile.names(in: path).sorted() {
            guard let id = Self.id(of: name, suffix: ".json"), let entry = try entry(id) else { continue }
            switch entry {
            case .record(let record): records.append(record)
            case .damaged: damaged.append(entry)
            }
        }
        records.sort { ($0.createdAtMilliseconds, $0.id) < ($1.createdAtMilliseconds, $1.id) }
        return records.map { .record($0) } + damaged
    }

    /// nil when there is no record of that id.
    func entry(_ id: String) throws(ProviderError) -> Entry? {
        guard Self.isID(id), let content = try SystemFile.read(recordPath(id)) else { return nil }
        do {
            let record = try JSONDecoder().decode(ProcessRecord.self, from: Data(content))
            return record.id == id ? .record(record) : .damaged(id: id, reason: "it is of engine \(record.id)")
        } catch {
            return .damaged(id: id, reason: "\(error)")
        }
    }

    func write(_ record: ProcessRecord) throws(ProviderError) {
        try SystemFile.createFolder(path)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let content: Data
        do {
            content = try encoder.encode(record)
        } catch {
            throw ProviderError(code: .refused, message: "the record of \(record.name) cannot be encoded: \(error)")
        }
        try SystemFile.replace(recordPath(record.id), with: Array(content))
    }

    func delete(_ id: String, keepingLog: Bool) throws(ProviderError) {
        if !keepingLog { try SystemFile.delete(logPath(id)) }
        try SystemFile.delete(recordPath(id))
        if keepingLog { try deleteOldLogs() }
    }

    /// Moves a damaged record out of the way, so that it can still be looked at.
    func setAside(_ id: String) throws(ProviderError) {
        let record = recordPath(id)
        if rename(record, record + ".damaged") != 0 && errno != ENOENT { throw SystemFile.failure("rename", record) }
    }

    /// Empties a log that has grown too large. Its writer appends, so it goes on at the beginning.
    func boundLog(_ id: String) throws(ProviderError) {
        let path = logPath(id)
        guard let status = Self.status(path), status.st_size > maxLogBytes else { return }
        if truncate(path, 0) != 0 && errno != ENOENT { throw SystemFile.failure("truncate", path) }
    }

    private func recordPath(_ id: String) -> String { "\(path)/\(id).json" }

    private func deleteOldLogs() throws(ProviderError) {
        let names = try SystemFile.names(in: path)
        let kept = Set(names.compactMap { Self.id(of: $0, suffix: ".json") })
        let logs = names.compactMap { Self.id(of: $0, suffix: ".log") }
            .filter { !kept.contains($0) }
            .map { (id: $0, changed: Self.status(logPath($0))?.st_mtim.tv_sec ?? 0) }
            .sorted { $0.changed > $1.changed }
        for log in logs.dropFirst(maxKeptLogs) { try SystemFile.delete(logPath(log.id)) }
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private static func id(of name: String, suffix: String) -> String? {
        guard name.hasSuffix(suffix), isID(name.dropLast(suffix.count)) else { return nil }
        return String(name.dropLast(suffix.count))
    }

    /// Ids name files, so nothing else than 64 hexadecimal digits is one.
    private static func isID(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
