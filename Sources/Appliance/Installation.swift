import Foundation

/// Where the running program is installed.
public enum Installation {
    /// What is wrong with the installation.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// The directory of the running executable.
    public static func programs() throws -> String {
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: link).deletingLastPathComponent().path
    }

    /// The nearest directory at or above `path` that holds the shipped `alerts/` and `deploy/`.
    public static func project(above path: String) throws -> String {
        var directory = URL(fileURLWithPath: path).standardizedFileURL
        while true {
            let shipped = ["alerts/alertmanager.yml", "deploy/prometheus.yml"]
            if shipped.allSatisfy({ FileManager.default.fileExists(atPath: directory.path + "/" + $0) }) {
                return directory.path
            }
            guard directory.path != "/" else {
                throw Failure(
                    description: "no directory above \(path) holds alerts/ and deploy/; name it with --project")
            }
            directory.deleteLastPathComponent()
        }
    }
}
