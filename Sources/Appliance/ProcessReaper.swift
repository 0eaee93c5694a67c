import Glibc
import NIOConcurrencyHelpers

/// Starts programs and collects every child that ended, adopted orphans included.
///
/// The only caller of `waitpid` in the process. An exit is reported to the one who started the program, also when it
/// comes before the caller looks.
final class ProcessReaper: Sendable {
    /// How a process ended.
    struct Exit: Sendable, Equatable {
        let pid: pid_t
        let status: Int32

        var succeeded: Bool { status == 0 }

        var description: String {
            let signal = status & 0x7f
            return signal == 0 ? "exit code \((status >> 8) & 0xff)" : "signal \(signal)"
        }
    }

    private let waiting = NIOLockedValueBox<[pid_t: AsyncStream<Exit>.Continuation]>([:])

    /// Starts a program. The stream carries its exit, once.
    func start(_ program: Program) throws(ApplianceError) -> (pid: pid_t, exit: AsyncStream<Exit>) {
        let (stream, continuation) = AsyncStream<Exit>.makeStream()
        let started: Result<pid_t, ApplianceError> = waiting.withLockedValue { waiting in
            do throws(ApplianceError) {
                let pid = try program.spawn()
                waiting[pid] = continuation
                return .success(pid)
            } catch {
                return .failure(error)
            }
        }
        return (try started.get(), stream)
    }

    /// Collects ended children until cancelled, and once more then.
    func run() async {
        while !Task.isCancelled {
            collect()
            try? await Task.sleep(for: .milliseconds(50))
        }
        collect()
    }

    func collect() {
        waiting.withLockedValue { waiting in
            var status: Int32 = 0
            while true {
                let pid = waitpid(-1, &status, WNOHANG)
                guard pid > 0 else { return }
                guard let continuation = waiting.removeValue(forKey: pid) else { continue }
                continuation.yield(Exit(pid: pid, status: status))
                continuation.finish()
            }
        }
    }
}
