import NIOCore
import NIOHTTP1

/// The engine's sessions and its temper.
///
/// Confined to one event loop, on which every channel of the engine runs too, hence `@unchecked Sendable`.
final class EngineCore: @unchecked Sendable {
    let configuration: SimulatedEngineConfiguration
    let broadcast: any Broadcast
    let eventLoop: any EventLoop
    private(set) var counters = EngineCounters()
    private(set) var temper: Temper
    private(set) var sessions: [EngineSession] = []
    let startedAt = NIODeadline.now().uptimeNanoseconds

    private var latestTraceparent: String?
    private var generator: SeededGenerator
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var temperTasks: [Scheduled<Void>] = []
    private var stallsAt: UInt64?
    private var ticking: RepeatedTask?
    private var lastTick: UInt64 = 0
    private var onCrash: @Sendable () -> Void = {}

    private static let tickInterval = TimeAmount.milliseconds(10)
    /// Packets handed out at most in one go, so that a late tick cannot make a burst without bound.
    private static let maxPacketsPerTick: UInt64 = 20_000

    init(configuration: SimulatedEngineConfiguration, broadcast: any Broadcast, eventLoop: any EventLoop) {
        self.configuration = configuration
        self.broadcast = broadcast
        self.eventLoop = eventLoop
        temper = configuration.temper
        generator = SeededGenerator(seed: configuration.seed)
    }

    /// Starts the time-based tempers; `crash` is what a crash does.
    func start(crash: @escaping @Sendable () -> Void) {
        onCrash = crash
        setTemper(configuration.temper)
    }

    /// Closes everything without a word.
    func shutDown() {
        temperTasks.forEach { $0.cancel() }
        ticking?.cancel()
        ticking = nil
        for connection in connections.values { connection.abort() }
    }

    func opened(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = connection }
    func closed(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = nil }

    var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

    /// The state for whoever watches the engine.
    var state: SimulatedEngineState {
        SimulatedEngineState(
            sessions: sessions.map {
                .init(
                    infohash: $0.infohash, contentKey: $0.key.value, query: $0.query,
                    playbackSessionID: $0.playbackIdentifier, player: $0.player, readers: $0.readers.count,
                    bytesSent: $0.bytesSent)
            },
            counters: counters, temper: temper, latestTraceparent: latestTraceparent)
    }

    func handle(_ request: EngineRequest, on connection: HTTPConnection) {
        let isControl = request.target.path.hasPrefix("/sim/")
        if !isControl {
            counters.requests += 1
            latestTraceparent = request.head.headers.first(name: "traceparent") ?? latestTraceparent
            if temper.hang { return }
        }
        EngineRoutes(core: self, request: request, connection: connection).answer()
    }

    func drawDelay(_ distribution: DelayDistribution) -> UInt64 { distribution.draw(using: &generator) }
}

// MARK: Temper

extension EngineCore {
    /// Sets the temper; its times count from now.
    func setTemper(_ temper: Temper) {
        self.temper = temper
        temperTasks.forEach { $0.cancel() }
        temperTasks.removeAll()
        stallsAt = temper.stallAfter.map { now + $0 }
        if let delay = temper.closeAfter {
            schedule(after: delay) { core in core.sessions.forEach { $0.readers.forEach { $0.abort() } } }
        }
        if let delay = temper.crashAfter {
            schedule(after: delay) { core in core.onCrash() }
        }
    }

    private func schedule(after delay: UInt64, _ action: @escaping @Sendable (EngineCore) -> Void) {
        temperTasks.append(
            eventLoop.scheduleTask(in: .nanoseconds(Int64(clamping: delay))) { [weak self] in
                if let self { action(self) }
            })
    }
}

// MARK: Sessions

extension EngineCore {
    /// Why a session cannot be opened, in the engine's words.
    struct Refusal: Error {
        var message: String
    }

    /// Opens a session. A session that the same player has open is stopped first.
    func openSession(_ target: RequestTarget, isSegmented: Bool) throws(Refusal) -> EngineSession {
        guard let key = ContentKey(query: target) else {
            throw Refusal(message: "missing content identifier: one of content_id, infohash, url, magnet is required")
        }
        let player = (target["pid"] ?? target["sid"]).flatMap { $0.isEmpty ? nil : $0 }
        if let player, let previous = sessions.first(where: { $0.player == player }) { stop(previous) }
        if key.matches(anyOf: temper.dead) {
            counters.sessionsRefused += 1
            throw Refusal(message: "failed to load content")
        }
        if let limit = temper.maxSessions, sessions.count >= limit {
            counters.sessionsRefused += 1
            throw Refusal(message: "too many sessions")
        }
        let openedAt = now
        let session = EngineSession(
            key: key, query: target.query, token: generator.hexadecimal(32),
            playbackIdentifier: generator.hexadecimal(40), player: player,
            isSegmented: isSegmented, stopsPreviousReader: target["stop_prev_read_thread"] == "1",
            openedAt: openedAt,
            readyAt: key.matches(anyOf: temper.silent) ? nil : openedAt + drawDelay(temper.startDelay))
        sessions.append(session)
        counters.sessionsOpened += 1
        startTicking()
        return session
    }

    func session(infohash: some StringProtocol, token: some StringProtocol) -> EngineSession? {
        sessions.first { $0.token == token && $0.infohash == infohash }
    }

    /// Ends a session and its readers' responses.
    func stop(_ session: EngineSession) {
        counters.sessionsStopped += 1
        close(session)
    }

    /// Adds a reader; its response starts with the session's next packets. False: the session has one already.
    func attach(_ connection: HTTPConnection, to session: EngineSession) -> Bool {
        if !temper.multipleReaders, !session.readers.isEmpty {
            guard session.stopsPreviousReader else { return false }
            session.readers.forEach { finish($0, of: session) }
        }
        counters.readersOpened += 1
        session.readers.append(connection)
        connection.whenEnded { [weak self, weak session, weak connection] in
            guard let self, let session, let connection else { return }
            session.remove(connection)
            session.lastUsed = now
        }
        return true
    }

    private func close(_ session: EngineSession) {
        sessions.removeAll { $0 === session }
        session.readers.forEach { finish($0, of: session) }
    }

    private func finish(_ reader: HTTPConnection, of session: EngineSession) {
        if !session.started.contains(ObjectIdentifier(reader)) {
            reader.startStream(contentType: "video/MP2T", transfer: configuration.transfer)
        }
        session.remove(reader)
        reader.finishStream()
    }
}

// MARK: Playback

extension EngineCore {
    private func startTicking() {
        guard ticking == nil else { return }
        lastTick = now
        ticking = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.tickInterval) { [weak self] _ in
            self?.tick()
        }
    }

    private func tick() {
        let now = now
        let isStalled = stallsAt.map { $0 <= now } ?? false
        for session in sessions {
            if session.readers.isEmpty, now >= session.lastUsed + configuration.idleTimeout {
                counters.sessionsExpired += 1
                close(session)
            } else if isStalled {
                session.broadcastStart? += now - lastTick
            } else {
                advance(session, at: now)
            }
        }
        lastTick = now
        if sessions.isEmpty {
            ticking?.cancel()
            ticking = nil
        }
    }

    /// Sends what has become due, as one buffer shared by all readers.
    private func advance(_ session: EngineSession, at now: UInt64) {
        guard session.isReady(at: now), let start = broadcastStart(of: session, at: now) else { return }
        let due = broadcast.packetsDue(after: now - start)
        guard due > session.packetsPassed, !session.isSegmented else { return }
        defer { session.packetsPassed = due }
        guard !session.readers.isEmpty else { return }
        let first = max(session.packetsPassed, due - min(due, Self.maxPacketsPerTick))
        let buffer = buffer(of: first..<due, sentAt: now)
        session.bytesSent += UInt64(buffer.readableBytes)
        for reader in session.readers { send(buffer, to: reader, of: session) }
    }

    /// A session's broadcast starts with its first reader, a segmented one so early that segments are at hand.
    private func broadcastStart(of session: EngineSession, at now: UInt64) -> UInt64? {
        if session.broadcastStart == nil, session.isSegmented {
            let lead = (0..<3).reduce(0) { $0 + broadcast.segmentDuration(UInt64($1)) }
            session.broadcastStart = now > lead ? now - lead : 0
        } else if session.broadcastStart == nil, !session.readers.isEmpty {
            session.broadcastStart = now
        }
        return session.broadcastStart
    }

    private func send(_ buffer: ByteBuffer, to reader: HTTPConnection, of session: EngineSession) {
        guard reader.bufferedBytes + buffer.readableBytes <= configuration.maxBufferedBytes else {
            counters.slowReadersClosed += 1
            reader.abort()
            return
        }
        if session.started.insert(ObjectIdentifier(reader)).inserted {
            reader.startStream(contentType: "video/MP2T", transfer: configuration.transfer)
        }
        counters.bytesSent += UInt64(buffer.readableBytes)
        reader.send(buffer)
    }

    func count(bytesSent bytes: Int) { counters.bytesSent += UInt64(bytes) }

    /// Packets of the broadcast, sent at `time`.
    func buffer(of packets: Range<UInt64>, sentAt time: UInt64, after tables: [UInt8] = []) -> ByteBuffer {
        let size = packets.count * 188
        var buffer = ByteBufferAllocator().buffer(capacity: tables.count + size)
        buffer.writeBytes(tables)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { bytes in
            broadcast.write(packets, sendTime: time, to: UnsafeMutableRawBufferPointer(rebasing: bytes[..<size]))
            return size
        }
        return buffer
    }
}
