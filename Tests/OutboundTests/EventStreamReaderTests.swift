import Outbound
import Testing

@Suite struct EventStreamReaderTests {
    private static let text =
        ": hello\n\nevent: table\nid: 7-1\ndata: [1,\ndata:  2]\n\n"
        + "data\r\nretry: 5\r\n\r\nid: 7-2\rdata: x\r\revent: lost\n\n"
    private static let events: [EventStreamReader.Event] = [
        .init(name: "table", id: "7-1", data: Array("[1,\n 2]".utf8)),
        .init(name: "message", id: "7-1", data: []),
        .init(name: "message", id: "7-2", data: Array("x".utf8)),
    ]

    @Test func everyWayOfCuttingTheBytesGivesTheSameEvents() throws {
        let bytes = Array(Self.text.utf8)
        for size in 1...bytes.count {
            var reader = EventStreamReader()
            var events: [EventStreamReader.Event] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                events += try reader.read(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(events == Self.events, "in pieces of \(size)")
        }
    }

    @Test func anEventThatIsTooLargeIsAnError() {
        var reader = EventStreamReader(maximumEventBytes: 10)
        #expect(throws: OutboundError.self) { try reader.read(Array("data: 0123456789".utf8)) }
    }
}
