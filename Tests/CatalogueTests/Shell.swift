import Foundation

/// Runs a command line.
enum Shell {
    struct Failure: Error {}

    /// What it prints.
    static func output(_ command: String) throws -> String {
        guard let pipe = popen(command, "r") else { throw Failure() }
        defer { pclose(pipe) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&chunk, 1, chunk.count, pipe), count > 0 { output += chunk[..<count] }
        return String(decoding: output, as: UTF8.self)
    }
}
