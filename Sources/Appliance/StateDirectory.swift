import Foundation

/// The paths below the data directory.
package struct StateDirectory: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    var lock: String { path + "/lock" }
    var apiKey: String { path + "/api-key" }
    var identity: String { path + "/identity" }
    /// Where everything answers, while it runs.
    var runFile: String { path + "/run.json" }
    var video: String { path + "/video.ts" }
    var database: String { path + "/orchestrator.db" }
    var engines: String { path + "/engines" }
    var prometheusConfiguration: String { path + "/prometheus.yml" }
    var alertmanagerConfiguration: String { path + "/alertmanager.yml" }
    var prometheusData: String { path + "/prometheus" }
    var alertmanagerData: String { path + "/alertmanager" }

    func log(_ name: String) -> String { "\(path)/log/\(name).log" }

    /// Creates the directory and those below it, readable by the owner only.
    package func create() throws(ApplianceError) {
        for directory in [path, path + "/log", engines, prometheusData, alertmanagerData] {
            do {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw ApplianceError("cannot create \(directory): \(error.localizedDescription)")
            }
        }
    }

    /// The last lines of a component's log, at most 4 KiB.
    func tail(of name: String, lines: Int) -> [String] {
        guard let file = FileHandle(forReadingAtPath: log(name)) else { return [] }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > 4096 ? size - 4096 : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").suffix(lines).map(String.init)
    }
}
