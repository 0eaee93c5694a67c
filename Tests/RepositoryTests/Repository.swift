import Foundation
import Glibc

/// The files of this repository: those git knows or would add; without git, all but the ignored ones.
struct Repository {
    let root: String
    /// Relative to the root, sorted.
    let paths: [String]

    struct NotFound: Error {}

    init(from file: String = #filePath) throws {
        var folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            guard folder.path != "/" else { throw NotFound() }
            folder.deleteLastPathComponent()
        }
        root = folder.path
        let root = root
        paths = (Self.known(in: root) ?? Self.found(in: root))
            .filter { FileManager.default.fileExists(atPath: "\(root)/\($0)") }
            .sorted()
    }

    /// nil for what is not text.
    func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: "\(root)/\(path)").flatMap { String(data: $0, encoding: .utf8) }
    }

    func files(under folders: String..., suffix: String) -> [(path: String, text: String)] {
        paths.filter { path in path.hasSuffix(suffix) && folders.contains { path.hasPrefix($0 + "/") } }
            .compactMap { path in text(path).map { (path, $0) } }
    }

    private static func known(in root: String) -> [String]? {
        let quoted = "'" + root.replacing("'", with: #"'\''"#) + "'"
        let command = "git -C \(quoted) ls-files -z --cached --others --exclude-standard 2>/dev/null"
        guard let output = popen(command, "r") else { return nil }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&chunk, 1, chunk.count, output), count > 0 {
            content.append(contentsOf: chunk[..<count])
        }
        guard pclose(output) == 0, !content.isEmpty else { return nil }
        return content.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func found(in root: String) -> [String] {
        let ignored: Set = ["Package.resolved", "__pycache__"]
        let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return all.filter { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder)
            return !isFolder.boolValue
                && !path.split(separator: "/").contains { ignored.contains(String($0)) || $0.hasPrefix(".") }
        }
    }
}
