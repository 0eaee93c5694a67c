import NIOConcurrencyHelpers
import Telemetry
import TestSupport

/// A remote writer with a fake clock and a fake receiver.
struct Rig {
    let registry = Registry()
    let receiver: FakeReceiver
    let time: FakeTime
    let writer: RemoteWriter
    private let told = NIOLockedValueBox<[RemoteWriteNotice]>([])

    /// - Parameter startingAt: seconds after a fixed moment.
    init(
        receiver: FakeReceiver, startingAt seconds: Int64 = 0, reallySleeps: Bool = false,
        configure: (inout RemoteWriteConfiguration) -> Void = { _ in }
    ) {
        var configuration = RemoteWriteConfiguration()
        configuration.minimumBackoff = .seconds(1)
        configure(&configuration)
        self.receiver = receiver
        let time = FakeTime(milliseconds: 1_700_000_000_000 + seconds * 1000, reallySleeps: reallySleeps)
        self.time = time
        writer = RemoteWriter(
            configuration: configuration, registry: registry, clock: time.clock, random: SeededGenerator(seed: 1),
            notify: { [told] notice in told.withLockedValue { $0.append(notice) } },
            send: { await receiver.receive($0) })
    }

    var notices: [RemoteWriteNotice] { told.withLockedValue { $0 } }

    /// A snapshot of one gauge, a second after the one before.
    func record(_ value: Int) async {
        time.advance(by: .seconds(1))
        let family = GaugeFamily<NoLabels>("round", "A test.").family
        let child = ChildSnapshot(labels: [], created: nil, value: .gauge(Double(value)))
        await writer.record([FamilySnapshot(family: family, children: [child])])
    }

    /// Sends until the receiver has accepted that many requests.
    func drain(until count: Int) async {
        await withTaskGroup { tasks in
            tasks.addTask { await writer.sendAll() }
            while !Task.isCancelled, receiver.received.count < count { await Task.yield() }
            // The last one is settled.
            while !Task.isCancelled,
                metric("queue_requests{place=\"memory\"}") + metric("queue_requests{place=\"spool\"}") > 0
            {
                await Task.yield()
            }
            tasks.cancelAll()
        }
    }

    /// One of the sender's own series, by the end of its name and its labels.
    func metric(_ name: String) -> Double {
        let text = String(decoding: registry.exposition(), as: UTF8.self)
        let prefix = "telemetry_remote_write_\(name) "
        let line = text.split(separator: "\n").first { $0.hasPrefix(prefix) }
        return line.flatMap { Double($0.dropFirst(prefix.count)) } ?? -1
    }
}
