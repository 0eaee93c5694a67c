import Foundation
import Glibc
import Logging
import Providers
import Synchronization
import Testing

/// A state folder of its own for one test, and the engines started in it.
final class Workshop: Sendable {
    let folder: String

    init() {
        folder = NSTemporaryDirectory() + "weir-providers-\(UUID().uuidString)"
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func provider(
        _ command: String = "/bin/sleep 600", gracePeriod: Duration = .seconds(2), maxKeptLogs: Int = 20,
        maxLogBytes: Int = 1 << 20
    ) throws -> ProcessProvider {
        ProcessProvider(
            command: try ProcessCommand(parsing: command), stateDirectory: folder, gracePeriod: gracePeriod,
            maxKeptLogs: maxKeptLogs, maxLogBytes: maxLogBytes, logger: Logger(label: "test"))
    }

    /// Runs a test and removes what it left running.
    func run(_ body: () async throws -> Void) async throws {
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for record in try records() {
            if let pid = record["pid"] as? Int32, let ticks = try? Self.startTicks(pid),
                record["pid_start_ticks"] as? UInt64 == ticks
            {
                kill(pid, SIGKILL)
                waitpid(pid, nil, 0)
            }
        }
        try result.get()
    }

    func files() throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    func records() throws -> [[String: Any]] {
        try files().filter { $0.hasSuffix(".json") }.compactMap { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
            return try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        }
    }

    func record(_ id: String) throws -> [String: Any] {
        try #require(try records().first { $0["id"] as? String == id })
    }

    func pid(_ id: String) throws -> Int32 {
        try #require(try record(id)["pid"] as? Int32)
    }

    func write(_ record: [String: Any]) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let id = try #require(record["id"] as? String)
        let data = try JSONSerialization.data(withJSONObject: record)
        try data.write(to: URL(fileURLWithPath: "\(folder)/\(id).json"))
    }

    func log(_ id: String) -> String? {
        try? String(contentsOfFile: "\(folder)/\(id).log", encoding: .utf8)
    }

    static func environment(_ pid: Int32) -> [String] {
        let data = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/environ"))) ?? Data()
        return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The state letter of a process, nil when there is none of that number.
    static func state(_ pid: Int32) -> Character? {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let closing = stat.lastIndex(of: ")")
        else { return nil }
        return stat[stat.index(closing, offsetBy: 2)...].first
    }

    static func startTicks(_ pid: Int32) throws -> UInt64 {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let closing = try #require(stat.lastIndex(of: ")"))
        return try #require(UInt64(stat[closing...].split(separator: " ")[20]))
    }

    /// 64 hexadecimal digits.
    static func randomID() -> String {
        (0..<64).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
    }

    /// A TCP port that was free a moment ago, below those the system hands out, and never the same twice.
    static func freePort() throws -> Int {
        for _ in 0..<1000 {
            let port = nextPort.withLock { next in
                defer { next = next >= 31_000 ? 21_000 : next + 1 }
                return next
            }
            if (try? Listener(port: port)) != nil { return port }
        }
        throw POSIXError(.EADDRINUSE)
    }

    private static let nextPort = Mutex(Int.random(in: 21_000..<31_000))
}

/// A listening socket, on a port chosen by the system unless one is given.
final class Listener {
    let port: Int
    private let descriptor: Int32

    init(port wanted: Int = 0) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(wanted).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isListening else { throw POSIXError(.EADDRINUSE) }
    }

    deinit { close(descriptor) }
}

/// Looks again and again until the condition holds; fails after ten seconds.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
