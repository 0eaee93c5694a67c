import Catalogue
import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOPosix
import Playlist
import ServiceLifecycle
import Telemetry

/// The channel file and what it last said.
///
/// The file is looked at every two seconds; one that has changed, or has been replaced, is read whole. What is wrong
/// with it is logged and counted, and the channels known before stay. All of that happens on the I/O thread pool, never
/// on the cooperative one.
final class ChannelFile: Service {
    /// What the file system says of the file; differs once it is written or replaced.
    private enum Observation: Equatable {
        case never
        case unreadable(Int32)
        case file(device: UInt64, inode: UInt64, bytes: Int64, seconds: Int, nanoseconds: Int)
    }

    private struct State {
        var lineup: Lineup?
        var observation = Observation.never
        var isLooking = false
    }

    private static let interval = Duration.seconds(2)

    private let path: String
    private let metrics: ChannelMetrics
    private let logger: Logger
    private let state = NIOLockedValueBox(State())

    init(path: String, metrics: ChannelMetrics, logger: Logger) {
        self.path = path
        self.metrics = metrics
        self.logger = logger
    }

    /// The channels; nil while no valid file has been seen.
    var lineup: Lineup? { state.withLockedValue { $0.lineup } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Reads the file for the first time and returns when that is done, or after `limit`: no stream waits for a list
    /// that takes long to read.
    func load(within limit: Duration) async {
        Task { await self.look() }
        let deadline = ContinuousClock.now + limit
        while state.withLockedValue({ $0.observation == .never }), ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Reads the file if it has changed and nobody reads it already.
    private func look() async {
        let isFirst = state.withLockedValue { state in
            defer { state.isLooking = true }
            return !state.isLooking
        }
        guard isFirst else { return }
        try? await NIOThreadPool.singleton.runIfActive { self.lookBlocking() }
        state.withLockedValue { $0.isLooking = false }
    }

    private func lookBlocking() {
        let before = state.withLockedValue { $0.observation }
        // Neither a pipe nor a device holds up the thread that opens it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return refuse(errno, before: before) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return refuse(errno, before: before) }
        guard status.st_mode & S_IFMT == S_IFREG else { return refuse(EINVAL, before: before) }
        let observation = Self.observation(status)
        guard observation != before else { return }
        guard let bytes = Self.read(descriptor) else { return refuse(errno, before: before) }
        // Written to meanwhile: the next look sees the whole of it.
        guard fstat(descriptor, &status) == 0, Self.observation(status) == observation else { return }
        take(bytes)
        state.withLockedValue { $0.observation = observation }
    }

    private func take(_ bytes: [UInt8]) {
        do throws(PlaylistError) {
            let list = try parse(bytes)
            let lineup = Lineup(list)
            state.withLockedValue { $0.lineup = lineup }
            metrics.channels.set(lineup.entries.count)
            metrics.count(.loaded)
            logger.notice("channels loaded", metadata: ["file": "\(path)", "channels": "\(lineup.entries.count)"])
        } catch {
            metrics.count(.invalid)
            logger.error(
                "the channel file is not valid, the channels known before stay",
                metadata: ["file": "\(path)", "problems": "\(Self.listed(error))"])
        }
    }

    private func parse(_ bytes: [UInt8]) throws(PlaylistError) -> ChannelList {
        guard ChannelFileFormat(path: path, bytes: bytes) == .m3u else { return try ChannelYAML.read(bytes) }
        var reader = M3UReader()
        let list = try reader.read(bytes)
        if !reader.skipped.isEmpty {
            logger.warning(
                "parts of the channel file are left out",
                metadata: ["file": "\(path)", "problems": "\(Self.listed(reader.skipped))"])
        }
        return list
    }

    private func refuse(_ code: Int32, before: Observation) {
        guard before != .unreadable(code) else { return }
        defer { state.withLockedValue { $0.observation = .unreadable(code) } }
        metrics.count(.unreadable)
        let reason = code == EINVAL ? "not a regular file" : String(cString: strerror(code))
        logger.error(
            "the channel file cannot be read, the channels known before stay",
            metadata: ["file": "\(path)", "reason": "\(reason)"])
    }

    private static func listed(_ error: PlaylistError) -> String {
        let shown = error.problems.prefix(10)
        let others = error.problems.count - shown.count + error.omitted
        return shown.map(\.description).joined(separator: "; ") + (others > 0 ? "; and \(others) more" : "")
    }

    private static func observation(_ status: stat) -> Observation {
        .file(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), bytes: Int64(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// The file's bytes, one more than allowed at most; nil with `errno` set when reading fails.
    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 256 << 10)
        while bytes.count <= ChannelList.maximumBytes {
            let count = Foundation.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return bytes
    }
}
