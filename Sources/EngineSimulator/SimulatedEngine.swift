import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
public import ServiceLifecycle
import TransportStream

/// A simulated AceStream engine: an HTTP server that speaks the engine's API and plays a recording or a generated
/// stream. It runs on one event loop of its own.
public final class SimulatedEngine: Service {
    private let configuration: SimulatedEngineConfiguration
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let core: EngineCore
    private let listener: NIOLoopBoundBox<(any Channel)?>

    /// Opens the source; throws a `SimulatedEngineError` when it cannot be played.
    public init(configuration: SimulatedEngineConfiguration) throws {
        self.configuration = configuration
        let broadcast: any Broadcast
        if let path = configuration.source {
            broadcast = try RecordedBroadcast(path: path)
        } else if let stream = ProbeStream(bitrate: configuration.bitrate) {
            broadcast = stream
        } else {
            let allowed = "must be from \(ProbeStream.bitrates.lowerBound) to \(ProbeStream.bitrates.upperBound) bit/s"
            throw SimulatedEngineError.setting(name: "bitrate", reason: allowed)
        }
        let eventLoop = group.next()
        core = EngineCore(configuration: configuration, broadcast: broadcast, eventLoop: eventLoop)
        listener = .makeEmptyBox(valueType: (any Channel).self, eventLoop: eventLoop)
    }

    /// Listens and returns the port; throws a `SimulatedEngineError` when the address cannot be had.
    @discardableResult
    public func start() async throws -> Int {
        let core = core
        let address = "\(configuration.host):\(configuration.port)"
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.configure(channel.pipeline.syncOperations, core: core)
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch let error as IOError {
            throw SimulatedEngineError.listen(address: address, reason: String(cString: strerror(error.errnoCode)))
        } catch {
            throw SimulatedEngineError.listen(address: address, reason: "\(error)")
        }
        let crash =
            configuration.crash ?? {
                channel.close(promise: nil)
                core.shutDown()
            }
        try await core.eventLoop.submit { [listener] in
            listener.value = channel
            core.start(crash: crash)
        }.get()
        return channel.localAddress?.port ?? configuration.port
    }

    /// Closes every connection and stops listening; the engine cannot be started again.
    public func stop() async {
        let core = core
        try? await core.eventLoop.submit { [listener] in
            listener.value?.close(promise: nil)
            core.shutDown()
        }.get()
        try? await group.shutdownGracefully()
    }

    /// What is open and what was counted.
    public var state: SimulatedEngineState {
        get async throws {
            let core = core
            return try await core.eventLoop.submit { core.state }.get()
        }
    }

    /// Sets the temper; its times count from now.
    public func setTemper(_ temper: Temper) async throws {
        let core = core
        try await core.eventLoop.submit { core.setTemper(temper) }.get()
    }

    /// Waits, after `start()`, until the service group shuts down, then stops.
    public func run() async throws {
        try? await gracefulShutdown()
        await stop()
    }

    private static func configure(_ pipeline: ChannelPipeline.SynchronousOperations, core: EngineCore) throws {
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withServerUpgrade: nil, withErrorHandling: true,
            withOutboundHeaderValidation: true, withEncoderConfiguration: encoding)
        try pipeline.addHandler(HTTPConnection(core: core))
    }
}
