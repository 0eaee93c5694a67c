/// A program map table: the clock's PID and the elementary streams of one program.
public struct ProgramMap: Equatable, Sendable {
    /// One elementary stream of a program.
    public struct Stream: Equatable, Sendable {
        /// The `stream_type` byte.
        public var code: UInt8
        /// The PID that carries the stream.
        public var pid: UInt16

        public init(code: UInt8, pid: UInt16) {
            self.code = code
            self.pid = pid
        }

        /// The stream's coding.
        public var type: StreamType { StreamType(code: code) }
    }

    /// The program's number.
    public var programNumber: UInt16
    /// The PID that carries the program clock reference.
    public var clockPID: UInt16
    /// The elementary streams in the table's order.
    public var streams: [Stream]

    public init(programNumber: UInt16 = 1, clockPID: UInt16, streams: [Stream]) {
        self.programNumber = programNumber
        self.clockPID = clockPID
        self.streams = streams
    }

    /// Reads a whole section, checksum included. Nil when it is another table, not yet in force, or damaged.
    public init?(section: UnsafeRawBufferPointer) {
        guard section.count >= 16, section[0] == 0x02, section[5] & 1 == 1, CRC32.checksum(section) == 0 else {
            return nil
        }
        let end = section.count - 4
        var offset = 12 + (Int(section[10] & 0x0F) << 8 | Int(section[11]))
        var streams: [Stream] = []
        while offset + 5 <= end {
            let pid = UInt16(section[offset + 1] & 0x1F) << 8 | UInt16(section[offset + 2])
            streams.append(Stream(code: section[offset], pid: pid))
            offset += 5 + (Int(section[offset + 3] & 0x0F) << 8 | Int(section[offset + 4]))
        }
        self.init(
            programNumber: UInt16(section[3]) << 8 | UInt16(section[4]),
            clockPID: UInt16(section[8] & 0x1F) << 8 | UInt16(section[9]),
            streams: streams)
    }

    /// The stream whose packets decide where decoding can start: the first video stream, else the first audio stream.
    public var leadingStream: Stream? {
        streams.first { $0.type.isVideo } ?? streams.first { $0.type.isAudio }
    }
}
