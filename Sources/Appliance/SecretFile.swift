import Foundation

/// Small files that only their owner may read.
package enum SecretFile {
    /// The first line of `path`; when there is none yet, 32 random bytes in hexadecimal, kept there.
    package static func loadOrCreate(_ path: String) throws(ApplianceError) -> String {
        if let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(whereSeparator: \.isNewline).first, !line.isEmpty
        {
            return String(line)
        }
        var random = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        let secret = String((0..<64).map { _ in digits[Int(random.next(upperBound: UInt(16)))] })
        try write(secret + "\n", to: path)
        return secret
    }

    /// Replaces `path` by rename; readers see the old or the new text, never a part.
    package static func write(_ text: String, to path: String) throws(ApplianceError) {
        let temporary = "\(path).\(getpid()).tmp"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ApplianceError("cannot write \(path): \(ApplianceError.describe(errno))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
        } catch {
            throw ApplianceError("cannot write \(path): \(error.localizedDescription)")
        }
        guard rename(temporary, path) == 0 else {
            throw ApplianceError("cannot write \(path): \(ApplianceError.describe(errno))")
        }
    }
}
