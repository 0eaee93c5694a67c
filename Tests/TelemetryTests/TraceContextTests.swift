import Telemetry
import Testing
import TestSupport

@Suite struct TraceContextTests {
    private let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func readsAndPrintsTheHeader() throws {
        let context = try #require(TraceContext(traceparent: text))
        #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(context.spanIDText == "00f067aa0ba902b7")
        #expect(context.traceIDHigh == 0x4bf9_2f35_77b3_4da6)
        #expect(context.isSampled)
        #expect(context.traceparent == text)
        #expect(context.exemplarLabels == [LabelPair("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")])
        let unsampled = try #require(TraceContext(traceparent: text.dropLast(2) + "00"))
        #expect(!unsampled.isSampled)
        #expect(unsampled.traceparent.hasSuffix("-00"))
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what",
        "FF-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e47366-0f067aa0ba902b7-01",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what",
    ])
    func refusesEverythingElse(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test(arguments: ["cc", "01", "fe"], ["", "-", "-what-the-future-brings"])
    func readsWhatItKnowsOfLaterVersions(version: String, more: String) throws {
        let later = version + text.dropFirst(2) + more
        #expect(try #require(TraceContext(traceparent: later)).traceparent == text)
    }

    @Test func keepsNoOtherFlagThanSampled() throws {
        #expect(try #require(TraceContext(traceparent: text.dropLast(2) + "ff")).traceparent == text)
        #expect(try #require(TraceContext(traceparent: text.dropLast(2) + "fe")).traceparent.hasSuffix("-00"))
    }

    @Test func carriesTheStateUntouchedWithinItsBound() throws {
        let state = "rojo=00f067aa0ba902b7 ,\tcongo=t61rcWkgMzE"
        var generator = SeededGenerator(seed: 1)
        let child = try #require(TraceContext(traceparent: text, state: state)).child(using: &generator)
        #expect(child.state == state)
        #expect(child.headers.map(\.name) == ["traceparent", "tracestate"])
        #expect(child.headers.last?.value == state)
        let longest = "a=" + String(repeating: "x", count: 510)
        #expect(TraceContext(traceparent: text, state: longest)?.state == longest)
        for unusable in [longest + "x", "", "  ", "a=1\r\nX-Evil: 1", "ä=1", "a=\u{0}"] {
            #expect(TraceContext(traceparent: text, state: unusable)?.headers.count == 1)
        }
    }

    @Test func childrenStayInTheTraceUnderAnotherSpan() throws {
        var generator = SeededGenerator(seed: 7)
        let root = TraceContext(rootUsing: &generator)
        let child = root.child(using: &generator)
        #expect(child.traceID == root.traceID)
        #expect(child.spanID != root.spanID)
        #expect(child.isSampled == root.isSampled)
        #expect(TraceContext(rootUsing: &generator).traceID != root.traceID)
        var same = SeededGenerator(seed: 7)
        #expect(TraceContext(rootUsing: &same) == root)
    }

    @Test func idsAreNeverZeroWhateverTheGenerator() {
        var generator = Zeros(count: 5)
        let root = TraceContext(rootUsing: &generator)
        #expect(TraceContext(traceparent: root.traceparent) == root)
        #expect(TraceContext(traceIDHigh: 0, traceIDLow: 0, spanID: 1, isSampled: true) == nil)
        #expect(TraceContext(traceIDHigh: 0, traceIDLow: 1, spanID: 0, isSampled: true) == nil)
    }

    @Test func aRequestIsServedWithinItsSendersTraceOrANewOne() {
        var generator = SeededGenerator(seed: 3)
        let served = TraceContext.serving(traceparent: [text], tracestate: ["a=1", "b=2"], using: &generator)
        #expect(served.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(served.spanIDText != "00f067aa0ba902b7")
        #expect(served.state == "a=1,b=2")
        for parents in [[], [text, text], ["nonsense"]] {
            let own = TraceContext.serving(traceparent: parents, tracestate: ["a=1"], using: &generator)
            #expect(own.traceID != "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(own.state == nil)
        }
    }

    @Test func theCurrentContextReachesTasksAndCalls() async throws {
        #expect(TraceContext.outgoingHeaders.isEmpty)
        let context = try #require(TraceContext(traceparent: text))
        let (inherited, headers) = await TraceContext.$current.withValue(context) {
            await Task { (TraceContext.current, TraceContext.outgoingHeaders) }.value
        }
        #expect(inherited == context)
        let sent = try #require(headers.first.flatMap { TraceContext(traceparent: $0.value) })
        #expect(sent.traceID == context.traceID)
        #expect(sent.spanID != context.spanID)
    }

    /// Random bytes, and valid headers with a few bytes changed, cut or added.
    @Test func readsAnyBytesWithoutATrapAndPrintsWhatItRead() {
        var generator = SeededGenerator(seed: 20)
        let alphabet = Array("0123456789abcdefABF-g \u{0}".utf8) + [0xff, 0xc3]
        var read = 0
        for round in 0..<40_000 {
            var bytes: [UInt8]
            switch round % 4 {
            case 0:
                bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                    .random(in: 0...255, using: &generator)
                }
            case 1:
                bytes = (0..<55).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
                for dash in [2, 35, 52] { bytes[dash] = UInt8(ascii: "-") }
            default:
                bytes = Array(
                    TraceContext(rootUsing: &generator, isSampled: .random(using: &generator)).traceparent.utf8)
                for _ in 0..<Int.random(in: 0...2, using: &generator) {
                    bytes[.random(in: 0..<bytes.count, using: &generator)] =
                        alphabet.randomElement(using: &generator) ?? 0
                }
                if round % 16 == 2 { bytes.removeLast(Int.random(in: 0...5, using: &generator)) }
                if round % 16 == 3 { bytes += Array("-x".utf8.prefix(Int.random(in: 0...2, using: &generator))) }
            }
            guard let context = bytes.withUnsafeBytes({ TraceContext(bytes: $0) }) else { continue }
            read += 1
            #expect(TraceContext(traceparent: context.traceparent) == context)
            #expect(Array(context.traceparent.utf8.dropFirst(2).prefix(50)) == Array(bytes.dropFirst(2).prefix(50)))
            if bytes.starts(with: "00".utf8) { #expect(bytes.count == 55) }
        }
        #expect(read > 5000, "the fuzz must reach the printing")
    }
}

/// Zero for a while, then one.
struct Zeros: RandomNumberGenerator {
    var count: Int

    mutating func next() -> UInt64 {
        count -= 1
        return count < 0 ? 1 : 0
    }
}
