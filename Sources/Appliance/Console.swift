import Glibc
import NIOConcurrencyHelpers

/// What the person at the terminal reads. Lines go to standard error, results to standard output.
///
/// On a terminal, `progress` rewrites one line; elsewhere only its first text of each kind is printed, as a line.
final class Console: Sendable {
    private struct State {
        var shown = ""
        var seen: Set<String> = []
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = NIOLockedValueBox(State())

    /// `topic` stays the same while `detail` changes.
    func progress(_ topic: String, _ detail: String = "") {
        state.withLockedValue { state in
            let line = detail.isEmpty ? topic : "\(topic): \(detail)"
            if isTerminal {
                guard line != state.shown else { return }
                put("\r\u{1b}[K\(line)", to: STDERR_FILENO)
                state.shown = line
            } else if state.seen.insert(topic).inserted {
                put(topic + "\n", to: STDERR_FILENO)
            }
        }
    }

    func line(_ text: String) {
        state.withLockedValue { state in
            put(clear(&state) + text + "\n", to: STDERR_FILENO)
        }
    }

    func result(_ text: String) {
        state.withLockedValue { state in
            put(clear(&state), to: STDERR_FILENO)
            put(text + "\n", to: STDOUT_FILENO)
        }
    }

    private func clear(_ state: inout State) -> String {
        defer { state.shown = "" }
        return state.shown.isEmpty ? "" : "\r\u{1b}[K"
    }

    private func put(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            sent += count
        }
    }
}
