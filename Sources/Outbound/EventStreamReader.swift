/// Reads server-sent events (HTML Living Standard, section 9.2.6) out of bytes as they come.
///
/// Bounded: an event larger than `maximumEventBytes` is an error, after which nothing more is read.
public struct EventStreamReader: Sendable {
    public struct Event: Sendable, Hashable {
        /// `message` where none is named.
        public var name: String
        /// The last id named in the stream so far.
        public var id: String?
        public var data: [UInt8]

        public init(name: String, id: String?, data: [UInt8]) {
            self.name = name
            self.id = id
            self.data = data
        }
    }

    private let maximumEventBytes: Int
    private var line: [UInt8] = []
    private var skipsLineFeed = false
    private var name = ""
    private var id: String?
    private var data: [UInt8] = []
    private var hasData = false

    public init(maximumEventBytes: Int = 16 << 20) {
        self.maximumEventBytes = maximumEventBytes
    }

    /// The events that are complete with these bytes.
    /// - Throws: ``OutboundError/Code/bodyTooLarge`` when one is larger than allowed.
    public mutating func read(_ bytes: some Sequence<UInt8>) throws(OutboundError) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            if skipsLineFeed {
                skipsLineFeed = false
                if byte == 0x0A { continue }
            }
            guard byte == 0x0A || byte == 0x0D else {
                line.append(byte)
                continue
            }
            skipsLineFeed = byte == 0x0D
            if line.isEmpty {
                if let event = finish() { events.append(event) }
            } else {
                take()
            }
            line.removeAll(keepingCapacity: true)
        }
        guard line.count + data.count <= maximumEventBytes else {
            throw OutboundError(
                code: .bodyTooLarge, message: "an event of the stream is larger than \(maximumEventBytes) bytes")
        }
        return events
    }

    private mutating func take() {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data.append(0x0A) }
            data += value
            hasData = true
        default: break
        }
    }

    private mutating func finish() -> Event? {
        defer {
            name = ""
            data = []
            hasData = false
        }
        return hasData ? Event(name: name.isEmpty ? "message" : name, id: id, data: data) : nil
    }
}
