import Foundation

/// Where the running program is.
enum Place {
    /// The directory of the running executable.
    static var programs: String {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: link ?? CommandLine.arguments[0]).deletingLastPathComponent().path
    }
}
