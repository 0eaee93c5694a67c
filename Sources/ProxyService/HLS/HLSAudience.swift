import Catalogue
import Foundation
import NIOConcurrencyHelpers
import Settings

/// The players of one HLS session, as far as their requests tell who they are.
struct HLSAudience: Sendable {
    /// Further ones are served and not listed.
    private static let maximumCount = 10_000

    private struct Member {
        let id: UInt64
        let firstRequest: ContinuousClock.Instant
        let firstRequestAt = Date()
        var lastRequest: ContinuousClock.Instant
        let sent = ByteCount()
    }

    private var members: [HLSViewer: Member] = [:]
    private var viewers: [UInt64: HLSViewer] = [:]
    private let unlisted = ByteCount()
    private var sentToFormerMembers: UInt64 = 0
    /// When anybody last asked for anything.
    private(set) var lastRequest: ContinuousClock.Instant

    init(now: ContinuousClock.Instant) {
        lastRequest = now
    }

    var count: Int { members.count }
    /// The players' ids, in no order.
    var ids: [UInt64] { Array(viewers.keys) }
    var all: [HLSViewer] { Array(members.keys) }
    /// Bytes of segments that the session's players were sent.
    var sentBytes: UInt64 { members.values.reduce(sentToFormerMembers + unlisted.value) { $0 + $1.sent.value } }

    /// Notes that a player has asked for something. Returns what counts the bytes that it is sent.
    mutating func note(_ viewer: HLSViewer, id: @autoclosure () -> UInt64, now: ContinuousClock.Instant) -> ByteCount {
        lastRequest = now
        if let member = members[viewer] {
            members[viewer]?.lastRequest = now
            return member.sent
        }
        guard members.count < Self.maximumCount else { return unlisted }
        let member = Member(id: id(), firstRequest: now, lastRequest: now)
        members[viewer] = member
        viewers[member.id] = viewer
        return member.sent
    }

    func contains(_ viewer: HLSViewer) -> Bool { members[viewer] != nil }

    /// Whether there is room for a player.
    /// - Parameter limit: 0: none.
    func admits(_ viewer: HLSViewer, limit: Int) -> Bool {
        limit == 0 || members[viewer] != nil || members.count < limit
    }

    /// Forgets those who have not asked for anything for `timeout`.
    mutating func expire(after timeout: Duration, now: ContinuousClock.Instant) {
        for (viewer, member) in members where now >= member.lastRequest + timeout { remove(viewer, member) }
    }

    /// Forgets a player. Returns who it was; nil where it is not there.
    mutating func remove(_ id: UInt64) -> HLSViewer? {
        guard let viewer = viewers[id], let member = members[viewer] else { return nil }
        remove(viewer, member)
        return viewer
    }

    private mutating func remove(_ viewer: HLSViewer, _ member: Member) {
        members[viewer] = nil
        viewers[member.id] = nil
        sentToFormerMembers += member.sent.value
    }

    /// Describes a player; nil where it is not there.
    func snapshot(of id: UInt64, now: ContinuousClock.Instant) -> ViewerSnapshot? {
        guard let viewer = viewers[id], let member = members[viewer] else { return nil }
        return ViewerSnapshot(
            id: id, delivery: .hls, address: viewer.client?.description ?? "", player: viewer.agent,
            connectedAt: member.firstRequestAt, age: member.firstRequest.duration(to: now),
            sentBytes: member.sent.value, lagBytes: 0, movedForward: 0, isBlocked: false,
            sinceLastRequest: member.lastRequest.duration(to: now))
    }
}

/// Bytes that a player was sent, counted wherever its connections are.
final class ByteCount: Sendable {
    private let count = NIOLockedValueBox<UInt64>(0)

    var value: UInt64 { count.withLockedValue { $0 } }

    func add(_ bytes: Int) { count.withLockedValue { $0 += UInt64(bytes) } }
}
