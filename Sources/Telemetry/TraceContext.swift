/// Where a piece of work stands in a distributed trace (W3C Trace Context, level 1,
/// https://www.w3.org/TR/trace-context-1/): the trace, the span within it, and what the tracing systems passed so far
/// carry along.
///
/// A value of a few words; its ids are never zero.
public struct TraceContext: Sendable, Hashable {
    /// What the task at hand works for: the player's or caller's request. Child tasks and `Task { }` inherit it.
    @TaskLocal public static var current: TraceContext?

    /// The longest `tracestate` that is carried through, in bytes; a longer one is dropped as a whole.
    public static let maximumStateLength = 512

    /// The first 64 bits of the trace's id.
    public let traceIDHigh: UInt64
    /// The last 64 bits of the trace's id.
    public let traceIDLow: UInt64
    public let spanID: UInt64
    /// Whether the caller may have recorded the trace.
    public let isSampled: Bool
    /// The `tracestate` header as it came; nil without one.
    public let state: String?

    /// Nil for an id that is zero. A `state` that no header may carry is dropped.
    public init?(traceIDHigh: UInt64, traceIDLow: UInt64, spanID: UInt64, isSampled: Bool, state: String? = nil) {
        guard traceIDHigh | traceIDLow != 0, spanID != 0 else { return nil }
        self.init(high: traceIDHigh, low: traceIDLow, span: spanID, isSampled: isSampled, state: Self.carried(state))
    }

    /// A trace that begins here.
    public init(rootUsing generator: inout some RandomNumberGenerator, isSampled: Bool = true) {
        self.init(
            high: generator.next(), low: Self.identifier(&generator), span: Self.identifier(&generator),
            isSampled: isSampled, state: nil)
    }

    private init(high: UInt64, low: UInt64, span: UInt64, isSampled: Bool, state: String?) {
        traceIDHigh = high
        traceIDLow = low
        spanID = span
        self.isSampled = isSampled
        self.state = state
    }

    /// A further span of the same trace.
    public func child(using generator: inout some RandomNumberGenerator) -> TraceContext {
        TraceContext(
            high: traceIDHigh, low: traceIDLow, span: Self.identifier(&generator), isSampled: isSampled, state: state)
    }

    /// 32 lower-case hexadecimal digits.
    public var traceID: String {
        String(unsafeUninitializedCapacity: 32) { digits in
            Self.write(traceIDHigh, to: digits, at: 0)
            Self.write(traceIDLow, to: digits, at: 16)
            return 32
        }
    }

    /// 16 lower-case hexadecimal digits.
    public var spanIDText: String {
        String(unsafeUninitializedCapacity: 16) { digits in
            Self.write(spanID, to: digits, at: 0)
            return 16
        }
    }

    /// The labels of an exemplar that lead to the trace.
    public var exemplarLabels: [LabelPair] { [LabelPair("trace_id", traceID)] }

    /// Never zero.
    private static func identifier(_ generator: inout some RandomNumberGenerator) -> UInt64 {
        while true {
            let identifier: UInt64 = generator.next()
            if identifier != 0 { return identifier }
        }
    }

    /// Visible ASCII, spaces and tabs of a bounded length; everything else is not carried.
    private static func carried(_ state: String?) -> String? {
        guard let state, (1...maximumStateLength).contains(state.utf8.count),
            state.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == UInt8(ascii: "\t") }),
            state.utf8.contains(where: { $0 > 0x20 })
        else { return nil }
        return state
    }

    /// Writes 16 hexadecimal digits.
    static func write(_ number: UInt64, to digits: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        for index in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: number >> (60 - 4 * UInt64(index))) & 0xf
            digits[start + index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
