/// A generated transport stream of constant bitrate whose every data packet carries a `ProbePacket` mark.
///
/// The stream is a sequence of groups of 480 ms: PAT, PMT, then twelve pictures of filler on a video PID of type H.264,
/// the first marked as a random-access point, each with clock and time stamp. Packets are numbered from 0 and each is a
/// function of its number alone.
public struct ProbeStream: Sendable {
    /// The bitrates that can be generated, in bit/s.
    public static let bitrates: ClosedRange<UInt64> = 64_000...1_000_000_000
    /// The PID of the program map.
    public static let mapPID: UInt16 = 0x1000
    /// The PID of the marked packets.
    public static let videoPID: UInt16 = 0x100

    private static let picturesPerGroup: UInt64 = 12
    private static let tablePackets: UInt64 = 2
    private static let presentationDelay: UInt64 = 18_000

    /// Bits per second, all packets counted.
    public let bitrate: UInt64
    /// Packets in one group, i.e. from one random-access point to the next.
    public let packetsPerGroup: UInt64
    private let tables: [UInt8]

    /// A stream of `bitrate` bit/s; nil outside `bitrates`.
    public init?(bitrate: UInt64) {
        guard Self.bitrates.contains(bitrate) else { return nil }
        self.bitrate = bitrate
        packetsPerGroup = bitrate * 48 / 100 / Self.bitsPerPacket
        var counter: UInt8 = 0
        let association = ProgramAssociation(mapPID: Self.mapPID).packets(continuityCounter: &counter)
        counter = 0
        let map = ProgramMap(clockPID: Self.videoPID, streams: [.init(code: 0x1B, pid: Self.videoPID)])
        tables = association + map.packets(pid: Self.mapPID, continuityCounter: &counter)
    }

    /// How many packets are due `nanoseconds` after the stream's start; the first is due at once.
    public func packetsDue(after nanoseconds: UInt64) -> UInt64 {
        nanoseconds.scaled(by: bitrate, over: Self.bitsPerPacket * 1_000_000_000) + 1
    }

    /// When packet `number` is due, in nanoseconds after the stream's start.
    public func dueTime(of number: UInt64) -> UInt64 {
        number.scaled(by: Self.bitsPerPacket * 1_000_000_000, over: bitrate)
    }

    /// Writes the packets of a range, marked as sent at `sendTime` (nanoseconds of a monotonic clock).
    public func write(_ numbers: Range<UInt64>, sendTime: UInt64, to bytes: UnsafeMutableRawBufferPointer) {
        var offset = 0
        for number in numbers {
            let packet = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + TransportPacket.size])
            write(number, sendTime: sendTime, to: packet)
            offset += TransportPacket.size
        }
    }

    private func write(_ number: UInt64, sendTime: UInt64, to packet: UnsafeMutableRawBufferPointer) {
        let (group, index) = number.quotientAndRemainder(dividingBy: packetsPerGroup)
        guard index >= Self.tablePackets else {
            let start = Int(index) * TransportPacket.size
            packet.copyBytes(from: tables[start..<start + TransportPacket.size])
            PacketEditor(packet)?.setContinuityCounter(UInt8(truncatingIfNeeded: group))
            return
        }
        let dataPerGroup = packetsPerGroup - Self.tablePackets
        let data = index - Self.tablePackets
        let sequence = group * dataPerGroup + data
        let picture = data * Self.picturesPerGroup / dataPerGroup
        let isStart = data == 0 || (data - 1) * Self.picturesPerGroup / dataPerGroup != picture
        let clock = number.scaled(by: Self.bitsPerPacket * ClockReference.ticksPerSecond, over: bitrate)
        writeData(sequence, isStart: isStart, isGroupStart: data == 0, clock: clock, sendTime: sendTime, to: packet)
    }

    private func writeData(
        _ sequence: UInt64, isStart: Bool, isGroupStart: Bool, clock: UInt64, sendTime: UInt64,
        to packet: UnsafeMutableRawBufferPointer
    ) {
        packet.initializeMemory(as: UInt8.self, repeating: 0xFF)
        let fields = 1 + (isStart ? 6 : 0) + 1 + ProbePacket.size
        packet[0] = TransportPacket.syncByte
        packet[1] = (isStart ? 0x40 : 0) | UInt8(Self.videoPID >> 8)
        packet[2] = UInt8(truncatingIfNeeded: Self.videoPID)
        packet[3] = 0x30 | UInt8(truncatingIfNeeded: sequence) & 0x0F
        packet[4] = UInt8(fields)
        packet[5] = 0x02 | (isStart ? 0x10 : 0) | (isGroupStart ? 0x40 : 0)
        if isStart { ClockReference.write(clock, to: packet, at: 6) }
        var offset = isStart ? 12 : 6
        packet[offset] = UInt8(ProbePacket.size)
        for (index, byte) in ProbePacket.magic.enumerated() { packet[offset + 1 + index] = byte }
        packet.storeBytes(of: sequence.bigEndian, toByteOffset: offset + 5, as: UInt64.self)
        packet.storeBytes(of: sendTime.bigEndian, toByteOffset: offset + 13, as: UInt64.self)
        offset += 1 + ProbePacket.size
        guard isStart else { return }
        let start: [UInt8] = [0, 0, 1, 0xE0, 0, 0, 0x80, 0x80, 5, 0, 0, 0, 0, 0]
        let accessUnit: [UInt8] = [0, 0, 0, 1, 0x09, 0xF0, 0, 0, 0, 1, 0x0C]
        for (index, byte) in (start + accessUnit).enumerated() { packet[offset + index] = byte }
        Timestamp.write(clock / 300 + Self.presentationDelay, to: packet, at: offset + 9, prefix: 2)
    }

    private static let bitsPerPacket = UInt64(TransportPacket.size * 8)
}
