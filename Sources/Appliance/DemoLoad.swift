import Foundation
import NIOConcurrencyHelpers

/// Plays the script of a demonstration against the proxy. Streams are read and thrown away; at most 40 at a time.
struct DemoLoad: Sendable {
    let blueprint: Blueprint
    let console: Console
    private let http = LoopbackHTTP()
    private let tally = Tally()

    static let mostViewers = 40

    init(blueprint: Blueprint, console: Console) {
        self.blueprint = blueprint
        self.console = console
    }

    /// Counters shared by the viewers' tasks.
    private final class Tally: Sendable {
        struct Values {
            var viewers = 0
            var starts = 0
            var refused = 0
            var bytes = 0
        }

        let values = NIOLockedValueBox(Values())
    }

    /// Runs until cancelled.
    func run() async {
        let clock = ContinuousClock()
        let begin = clock.now
        var script = DemoScript(seed: 1)
        await withDiscardingTaskGroup { group in
            group.addTask { await showStatus() }
            while !Task.isCancelled {
                let step = script.next()
                guard (try? await clock.sleep(until: begin + .milliseconds(step.at))) != nil else { break }
                switch step.action {
                case .watch(let channel, let seconds):
                    guard tally.values.withLockedValue({ $0.viewers }) < Self.mostViewers else { continue }
                    group.addTask { await watch(DemoChannels.key(channel), seconds) }
                case .tryDeadChannel: group.addTask { await watch(DemoChannels.dead, 20) }
                case .crashEngine: group.addTask { await crashEngine() }
                }
            }
            group.cancelAll()
        }
    }

    private func watch(_ key: String, _ seconds: Int) async {
        tally.values.withLockedValue {
            $0.viewers += 1
            $0.starts += 1
        }
        let port = blueprint.endpoints.port(.proxy)
        let (status, bytes) = await http.discard(port: port, path: "/ace/getstream?id=\(key)", for: .seconds(seconds))
        tally.values.withLockedValue {
            $0.viewers -= 1
            $0.bytes += bytes
            if status != 200 { $0.refused += 1 }
        }
    }

    private struct Engine: Decodable {
        let id: String

        enum CodingKeys: String, CodingKey { case id = "container_id" }
    }

    private struct Record: Decodable { let pid: pid_t }

    /// Kills one engine of the table, as a crash would.
    private func crashEngine() async {
        let port = blueprint.endpoints.port(.orchestrator)
        guard let reply = try? await http.get(port: port, path: "/engines"),
            let engine = (try? JSONDecoder().decode([Engine].self, from: reply.data))?.first,
            !engine.id.contains("/")
        else { return }
        let path = "\(blueprint.state.engines)/\(engine.id).json"
        let pid = await OffPool.run { () -> pid_t? in
            guard let data = FileManager.default.contents(atPath: path),
                let record = try? JSONDecoder().decode(Record.self, from: data), record.pid > 1,
                // Only a process below this one: the file may be older than the process it names.
                ProcessTable.descendants(of: getpid(), in: ProcessTable.entries()).contains(record.pid)
            else { return nil }
            return kill(record.pid, SIGKILL) == 0 ? record.pid : nil
        }
        if let pid { console.line("demo: engine \(engine.id) (process \(pid)) was killed") }
    }

    private func showStatus() async {
        while (try? await Task.sleep(for: .seconds(2))) != nil {
            let values = tally.values.withLockedValue { $0 }
            console.progress(
                "demo",
                "\(values.viewers) viewers now, \(values.starts) since the start, \(values.refused) refused")
        }
    }
}
