/// Rewrites fields of a transport packet in place.
public struct PacketEditor {
    private let bytes: UnsafeMutableRawBufferPointer

    /// An editor of the first 188 bytes; nil when there are fewer or when they do not start with the sync byte.
    public init?(_ bytes: UnsafeMutableRawBufferPointer) {
        guard bytes.count >= TransportPacket.size, bytes[0] == TransportPacket.syncByte else { return nil }
        self.bytes = UnsafeMutableRawBufferPointer(rebasing: bytes[..<TransportPacket.size])
    }

    /// Sets the continuity counter; only the lower four bits count.
    public func setContinuityCounter(_ counter: UInt8) {
        bytes[3] = bytes[3] & 0xF0 | counter & 0x0F
    }

    /// Sets the program clock reference, in ticks of 27 MHz. Returns false when the packet has none.
    @discardableResult
    public func setClock(_ ticks: UInt64) -> Bool {
        guard let offset = view?.clockReferenceOffset else { return false }
        ClockReference.write(ticks, to: bytes, at: offset)
        return true
    }

    /// Moves the clock and the time stamps on by `ticks` of 90 kHz, each within its own range.
    public func advance(by ticks: UInt64) {
        guard let view else { return }
        let source = UnsafeRawBufferPointer(bytes)
        if let offset = view.clockReferenceOffset {
            let moved = ClockReference.read(source, at: offset) + ticks % Timestamp.modulus * 300
            ClockReference.write(moved, to: bytes, at: offset)
        }
        for offset in [PESHeader.presentationOffset(in: view), PESHeader.decodingOffset(in: view)] {
            guard let offset else { continue }
            Timestamp.write(Timestamp.read(source, at: offset) &+ ticks, to: bytes, at: offset)
        }
    }

    private var view: PacketView? { PacketView(UnsafeRawBufferPointer(bytes)) }
}
