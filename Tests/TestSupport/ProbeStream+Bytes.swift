public import TransportStream

extension ProbeStream {
    /// The packets of a range.
    public func bytes(_ numbers: Range<UInt64>) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: numbers.count * TransportPacket.size)
        bytes.withUnsafeMutableBytes { write(numbers, sendTime: 0, to: $0) }
        return bytes
    }
}
