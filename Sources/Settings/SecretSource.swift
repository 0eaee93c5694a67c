import Foundation

/// Where a secret comes from: it is given itself, or a file holds it and may be read again.
public enum SecretSource: Sendable, Hashable {
    case text(String)
    /// The path of a file with the secret as its only line.
    case file(String)

    static let maxFileBytes = 4096

    /// The secret as it is now.
    /// - Throws: ``SettingsError`` that names the variable, never the secret.
    public func current(_ name: String) throws(SettingsError) -> String {
        switch self {
        case .text(let text): return try Self.checked(text, name)
        case .file(let path):
            guard let file = FileHandle(forReadingAtPath: path) else {
                throw SettingsError(problems: ["\(name)_FILE is \"\(path)\", which cannot be read"])
            }
            defer { try? file.close() }
            guard let data = try? file.read(upToCount: Self.maxFileBytes + 1), data.count <= Self.maxFileBytes else {
                throw SettingsError(
                    problems: ["\(name)_FILE is \"\(path)\"; it must hold 1 to \(Self.maxFileBytes) bytes"])
            }
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            return try Self.checked(text, "the content of \(name)_FILE")
        }
    }

    /// A secret that no header can carry could never be given.
    private static func checked(_ text: String, _ name: String) throws(SettingsError) -> String {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SettingsError(problems: ["\(name) is set to something else; allowed is printable ASCII, no blanks"])
        }
        return text
    }
}

extension SettingsReader {
    /// A secret by its own variable or by that of a file that holds it; nil when neither is set.
    mutating func secret(_ name: String) -> SecretSource? {
        let text = optionalString(name, secret: true)
        let path = optionalString(name + "_FILE")
        if text != nil, path != nil { reject("\(name) and \(name)_FILE are both set; only one may be") }
        guard let source = text.map(SecretSource.text) ?? path.map(SecretSource.file) else { return nil }
        do {
            _ = try source.current(name)
        } catch {
            error.problems.forEach { reject($0) }
        }
        return source
    }
}
