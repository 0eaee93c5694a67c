import Foundation

/// The load balancers that the repository has a configuration for.
enum Balancer: String, CaseIterable, Sendable {
    case haproxy
    case nginx

    /// Starts it with its shipped configuration, in front of the proxies at `ports`.
    func start(listening port: Int, proxies ports: [Int], in directory: URL) throws -> SpawnedProgram {
        let log = directory.appending(path: "\(rawValue).log")
        let path = ["PATH": SpawnedProgram.searchPath + ":/usr/sbin"]
        switch self {
        case .haproxy:
            let places = [
                "WEIR_LISTEN": "127.0.0.1:\(port)", "WEIR_PROXY_1": "127.0.0.1:\(ports[0])",
                "WEIR_PROXY_2": "127.0.0.1:\(ports[1])",
            ]
            return try SpawnedProgram(
                "/usr/bin/env", ["haproxy", "-db", "-f", Self.deploy.appending(path: "haproxy.cfg").path],
                environment: path.merging(places) { $1 }, log: log)
        case .nginx:
            let adjusted = directory.appending(path: "nginx.conf")
            try Self.adjusted(listening: port, proxies: ports).write(to: adjusted, atomically: true, encoding: .utf8)
            return try SpawnedProgram(
                "/usr/bin/env",
                [
                    "nginx", "-p", directory.path, "-c", adjusted.path, "-g",
                    "daemon off; pid \(directory.path)/nginx.pid; error_log stderr;",
                ], environment: path, log: log)
        }
    }

    /// nginx reads no environment: an operator edits these lines. Its own folders are the test's.
    private static func adjusted(listening port: Int, proxies ports: [Int]) throws -> String {
        var text = try String(contentsOf: deploy.appending(path: "nginx.conf"), encoding: .utf8)
        let folders = ["client_body", "proxy", "fastcgi", "scgi", "uwsgi"].map { "    \($0)_temp_path \($0);\n" }
        let changes = [
            "127.0.0.1:8081": "127.0.0.1:\(ports[0])", "127.0.0.1:8082": "127.0.0.1:\(ports[1])",
            "listen 8080 ": "listen 127.0.0.1:\(port) ", "http {\n": "http {\n" + folders.joined(),
        ]
        for (line, replacement) in changes {
            guard text.contains(line) else { throw Overdue(description: "nginx.conf has no line with '\(line)'") }
            text = text.replacing(line, with: replacement)
        }
        return text
    }

    static let deploy = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "deploy")
}
