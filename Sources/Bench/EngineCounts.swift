import Foundation

/// What a simulated engine says of itself (`GET /sim/state`).
struct EngineCounts {
    let opened: Int
    let stopped: Int
    let open: Int

    init(port: Int) throws(BenchError) {
        let answer = try LoopbackConnection(port: port).answer("GET", "/sim/state")
        func number(_ name: String) throws(BenchError) -> Int {
            guard let start = answer.firstRange(of: "\"\(name)\":")?.upperBound,
                let number = Int(answer[start...].drop { $0 == " " }.prefix { $0.isNumber })
            else { throw BenchError("the engine does not tell \(name)") }
            return number
        }
        opened = try number("sessions_opened")
        stopped = try number("sessions_stopped")
        open = try number("open_sessions")
    }
}
