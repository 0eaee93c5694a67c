import CLinux
import Foundation

/// A program of the project, started on a free port for a benchmark and killed with it.
final class BenchProgram {
    let port: Int
    private(set) var pid: pid_t = 0

    /// - Parameters:
    ///   - path: the program.
    ///   - arguments: given the port; likewise `environment`, which is added to the inherited one.
    /// - Throws: when the program does not listen within ten seconds.
    init(
        _ path: String, arguments: (Int) -> [String] = { _ in [] },
        environment: (Int) -> [String: String] = { _ in [:] }
    ) throws(BenchError) {
        port = try LoopbackConnection.freePort()
        let inherited = ProcessInfo.processInfo.environment.merging(environment(port)) { $1 }
        let argv = ([path] + arguments(port)).map { strdup($0) } + [nil]
        let envp = inherited.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        let failure = weir_spawn(path, argv, envp, "/dev/null", &pid)
        guard failure == 0 else { throw BenchError("cannot start \(path): \(String(cString: strerror(failure)))") }
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if isListening { return }
            usleep(10_000)
        }
        throw BenchError("\(path) did not listen on 127.0.0.1:\(port)")
    }

    deinit {
        end()
    }

    /// Kills the program and waits until it is gone.
    func end() {
        guard pid > 0 else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        pid = 0
    }

    /// Kills the children of this process that it did not start itself: what a program that was killed has left behind.
    static func endOrphans() {
        let own = getpid()
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for pid in entries.compactMap({ pid_t($0) }) {
            let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
            let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
            guard fields.count > 2, pid_t(fields[2]) == own else { continue }
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
    }

    private var isListening: Bool {
        do throws(BenchError) {
            _ = try LoopbackConnection(port: port)
            return true
        } catch {
            return false
        }
    }
}
