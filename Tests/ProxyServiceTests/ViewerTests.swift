import Foundation
import ProxyService
import Testing
import TransportStream

@Suite struct ViewerTests {
    private let packetCount = 3000

    private func buffer() throws -> StreamBuffer {
        var buffer = try StreamBuffer(capacity: 1 << 20)
        for _ in 0..<packetCount {
            let window = buffer.writableWindow(TransportPacket.size)
            for index in 0..<TransportPacket.size { window[index] = 0xFF }
            window[0] = TransportPacket.syncByte
            window[1] = 0x1F
            window[3] = 0x10
            buffer.commit(TransportPacket.size, of: window)
        }
        return buffer
    }

    /// Lets the viewer send all there is, and returns what arrived.
    private func collect(_ viewer: Viewer, _ buffer: borrowing StreamBuffer, from descriptor: Int32) -> [UInt8] {
        var received: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while !viewer.hasSentAll(upTo: buffer.limit) {
            _ = viewer.pump(buffer.ring, limit: buffer.limit, layout: buffer.layout)
            while case let count = recv(descriptor, &piece, piece.count, Int32(MSG_DONTWAIT)), count > 0 {
                received += piece[..<count]
            }
        }
        return received
    }

    @Test func everyChunkHoldsWholePackets() throws {
        let buffer = try buffer()
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        defer { for descriptor in pair { close(descriptor) } }
        let viewer = Viewer(
            token: 1, descriptor: pair[0], isChunked: true, head: [], preamble: [], cursor: 0, now: .now)
        let received = collect(viewer, buffer, from: pair[1])
        var sizes: [Int] = []
        var rest = received[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")) {
            let size = try #require(Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16))
            sizes.append(size)
            rest = rest.dropFirst(end - rest.startIndex + 2 + size + 2)
        }
        #expect(sizes.reduce(0, +) == packetCount * TransportPacket.size)
        #expect(sizes.count >= 3)
        #expect(sizes.allSatisfy { $0 % TransportPacket.size == 0 })
    }
}
