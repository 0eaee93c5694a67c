import Foundation
import ProxyService
import TestSupport
import Testing
import TransportStream

@Suite struct ViewerListTests {
    /// One viewer's connection, seen from the player.
    private final class Seat {
        let viewer: Viewer
        private let player: Int32
        private(set) var received: [UInt8] = []

        init(token: UInt64, isChunked: Bool, sendBuffer: Int32) throws {
            var pair: [Int32] = [0, 0]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
            var size = sendBuffer
            setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
            player = pair[1]
            viewer = Viewer(
                token: token, descriptor: pair[0], isChunked: isChunked, head: [], preamble: [], cursor: 0, now: .now)
        }

        deinit {
            close(player)
            close(viewer.descriptor)
        }

        func read() {
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = recv(player, &piece, piece.count, Int32(MSG_DONTWAIT)), count > 0 {
                received += piece[..<count]
            }
        }

        func hangUp() {
            shutdown(player, Int32(SHUT_RDWR))
        }

        /// What the framing carries, each chunk by itself.
        func chunks() throws -> [[UInt8]] {
            var chunks: [[UInt8]] = []
            var rest = received[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\r")) {
                let size = try #require(Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16))
                let start = end + 2
                try #require(rest.count >= start - rest.startIndex + size + 2)
                chunks.append(Array(rest[start..<start + size]))
                #expect(Array(rest[start + size..<start + size + 2]) == Array("\r\n".utf8))
                rest = rest[(start + size + 2)...]
            }
            return chunks
        }
    }

    /// A stream, and how the hub has viewers keep in step with it.
    private struct Stage: ~Copyable {
        var buffer: StreamBuffer
        var chunk = SharedChunk()
        var list = ViewerList()
        var limit: UInt64 = 0
        private var number = 0

        init() throws {
            buffer = try StreamBuffer(capacity: 4 << 20)
        }

        mutating func publish(packets: Int) {
            for _ in 0..<packets {
                let window = buffer.writableWindow(TransportPacket.size)
                window.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: number))
                window[0] = TransportPacket.syncByte
                window[1] = 0x1F
                window[3] = 0x10
                buffer.commit(TransportPacket.size, of: window)
                number += 1
            }
        }

        /// - Returns: the bytes sent to those in step.
        mutating func send() -> Int {
            guard limit < buffer.limit else { return 0 }
            chunk.frame(buffer.ring, from: limit, to: buffer.limit)
            let sent = list.send(chunk, from: buffer.ring, layout: buffer.layout)
            limit = buffer.limit
            return sent
        }

        mutating func pumpOthers() {
            for viewer in list.outOfStep {
                let progress = viewer.pump(buffer.ring, limit: buffer.limit, layout: buffer.layout)
                if case .caughtUp = progress, viewer.isInStep(at: limit) { list.enterStep(viewer) }
            }
        }

        func published() -> [UInt8] { Array(buffer.ring.window(from: 0, to: buffer.limit)) }
    }

    @Test func aChunkIsFramedOnceForAllInStep() throws {
        var stage = try Stage()
        let seats = try (1...3).map { try Seat(token: $0, isChunked: true, sendBuffer: 1 << 20) }
        for seat in seats { stage.list.append(seat.viewer) }
        stage.publish(packets: 7)
        #expect(stage.send() == 0)
        stage.pumpOthers()
        #expect(stage.list.inStepCount == 3)
        stage.publish(packets: 5)
        #expect(stage.send() == 3 * ("3ac\r\n".utf8.count + 5 * TransportPacket.size + 2))
        for seat in seats {
            seat.read()
            #expect(try seat.chunks().map(\.count) == [7 * TransportPacket.size, 5 * TransportPacket.size])
            #expect(try Array(seat.chunks().joined()) == stage.published())
        }
    }

    @Test func unframedConnectionsAreNeverInStep() throws {
        var stage = try Stage()
        let seat = try Seat(token: 1, isChunked: false, sendBuffer: 1 << 20)
        stage.list.append(seat.viewer)
        for _ in 0..<3 {
            stage.publish(packets: 9)
            _ = stage.send()
            stage.pumpOthers()
        }
        #expect(stage.list.inStepCount == 0)
        seat.read()
        #expect(seat.received == stage.published())
    }

    /// Whatever is read when, everybody gets the whole stream once, in whole packets.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func slowViewersLeaveStepAndLoseNothing(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var stage = try Stage()
        let seats = try (0..<12).map { index in
            try Seat(token: UInt64(index), isChunked: true, sendBuffer: index % 3 == 0 ? 1 << 20 : 4608)
        }
        var hasBeenOutOfStep = false
        for round in 0..<60 {
            if round % 5 == 0 { stage.list.append(seats[round / 5].viewer) }
            stage.publish(packets: Int.random(in: 1...120, using: &random))
            _ = stage.send()
            hasBeenOutOfStep = hasBeenOutOfStep || stage.list.outOfStep.count > 1
            stage.pumpOthers()
            for seat in seats where Int.random(in: 0..<3, using: &random) == 0 { seat.read() }
        }
        #expect(hasBeenOutOfStep)
        while stage.list.inStepCount < seats.count {
            for seat in seats { seat.read() }
            stage.pumpOthers()
        }
        for seat in seats {
            seat.read()
            #expect(stage.list.sentBytes(of: seat.viewer) == UInt64(seat.received.count))
            let chunks = try seat.chunks()
            #expect(chunks.allSatisfy { $0.count % TransportPacket.size == 0 })
            #expect(Array(chunks.joined()) == stage.published())
        }
    }

    @Test func whoLeavesMovesNobodyOutOfStep() throws {
        var stage = try Stage()
        let seats = try (0..<6).map { try Seat(token: $0, isChunked: true, sendBuffer: 1 << 20) }
        for seat in seats { stage.list.append(seat.viewer) }
        stage.publish(packets: 4)
        _ = stage.send()
        stage.pumpOthers()
        stage.list.leaveStep(seats[1].viewer)
        let isRemoved = stage.list.remove(seats[0].viewer)
        #expect(isRemoved)
        let isRemovedAgain = stage.list.remove(seats[0].viewer)
        #expect(!isRemovedAgain)
        seats[4].hangUp()
        #expect(stage.list.inStepCount == 4)
        #expect(stage.list.outOfStep.map(\.token) == [1])
        stage.publish(packets: 4)
        _ = stage.send()
        #expect(stage.list.inStepCount == 3)
        #expect(Set(stage.list.outOfStep.map(\.token)) == [1, 4])
        for index in [2, 3, 5] {
            seats[index].read()
            #expect(try Array(seats[index].chunks().joined()) == stage.published())
        }
        for seat in seats.dropFirst() { _ = stage.list.remove(seat.viewer) }
        #expect(stage.list.isEmpty && stage.list.inStepCount == 0)
    }
}
