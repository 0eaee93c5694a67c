import CLinux
import Glibc

/// A program to run: absolute path, arguments without the name, whole environment, log file.
package struct Program: Sendable {
    package var path: String
    package var arguments: [String]
    package var environment: [String: String]
    package var log: String

    package init(path: String, arguments: [String], environment: [String: String], log: String) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.log = log
    }

    /// Starts the program in a session of its own; returns its process id.
    package func spawn() throws(ApplianceError) -> Int32 {
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
