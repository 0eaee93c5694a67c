import Glibc
import Outbound

public import Logging
public import ServiceLifecycle
public import Settings
public import Telemetry

/// Sends a process's metrics to a remote write receiver for as long as the process runs.
public struct RemoteWriteService: Service {
    /// How long the end may take to send what waits; the rest goes to the spool.
    private static let flushLimit = Duration.seconds(1)

    private let registry: Registry
    private let writer: RemoteWriter
    private let outbound: OutboundClient

    /// - Parameters:
    ///   - job: the label `job`, and the folder below that of the settings, so that programs can share one setting.
    ///   - port: that the process listens on; with the machine's name it makes the label `instance`.
    public init(settings: RemoteWriteSettings, job: String, port: Int, registry: Registry, logger: Logger) {
        var configuration = RemoteWriteConfiguration()
        configuration.interval = settings.interval
        configuration.histograms = settings.histograms
        configuration.externalLabels = [
            LabelPair("job", job), LabelPair("instance", "\(Self.machineName()):\(port)"),
        ]
        if let folder = settings.spoolFolder {
            configuration.spoolFolder = "\(folder)/\(job)"
            configuration.spoolBytes = settings.spoolBytes
            // A crash loses what is in memory: little stays there.
            configuration.memoryRequests = 8
        }
        let outbound = OutboundClient(maximumConnectionsPerHost: 1)
        let transport = RemoteWriteTransport(
            outbound: outbound, url: settings.url, bearerToken: settings.bearerToken)
        writer = RemoteWriter(
            configuration: configuration, registry: registry, notify: { Self.log($0, logger) },
            send: { await transport.send($0) })
        self.registry = registry
        self.outbound = outbound
    }

    /// Sends until graceful shutdown, then marks every series as ended.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await writer.run { registry.snapshot() }
        }
        await writer.finish(within: Self.flushLimit)
        outbound.shutDown()
    }

    private static func log(_ notice: RemoteWriteNotice, _ logger: Logger) {
        switch notice {
        case .failing(let detail):
            logger.warning("remote write fails and is tried again", metadata: ["detail": "\(detail)"])
        case .refused(let detail):
            logger.error("remote write is refused, samples are dropped", metadata: ["detail": "\(detail)"])
        case .recovered:
            logger.notice("remote write works again")
        case .overflowing:
            logger.error("the remote write queue is full, the oldest samples are dropped")
        case .spoolUnavailable(let detail):
            logger.error("the remote write spool does not work", metadata: ["detail": "\(detail)"])
        }
    }

    private static func machineName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
