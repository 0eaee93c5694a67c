import CLinux
import Glibc

/// A program to run: absolute path, arguments without the name, whole environment, log file.
struct Program: Sendable {
    var path: String
    var arguments: [String]
    var environment: [String: String]
    var log: String

    /// Starts the program in a session of its own; returns its process id.
    func spawn() throws(ApplianceError) -> pid_t {
        var argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let failure = weir_spawn(path, &argv, &envp, log, &pid)
        guard failure == 0 else {
            throw ApplianceError("cannot start \(path): \(ApplianceError.describe(failure))")
        }
        return pid
    }
}
