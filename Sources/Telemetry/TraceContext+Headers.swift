extension TraceContext {
    /// Reads a `traceparent` header's value.
    ///
    /// Version 00 is exactly `00-<32 hex>-<16 hex>-<2 hex>`; of a later version that part is read and the rest, set off
    /// by a dash, ignored. Nil for version ff, upper-case digits, ids that are zero and any other length. Flags other
    /// than "sampled" are not kept.
    public init?(traceparent: String, state: String? = nil) {
        var text = traceparent
        guard let parsed = text.withUTF8({ TraceContext(bytes: UnsafeRawBufferPointer($0), state: state) }) else {
            return nil
        }
        self = parsed
    }

    package init?(bytes: UnsafeRawBufferPointer, state: String? = nil) {
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Self.number(bytes[0..<2]), version != 0xff,
            bytes.count == 55 || (version != 0 && bytes[55] == dash),
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]),
            let span = Self.number(bytes[36..<52]), let flags = Self.number(bytes[53..<55])
        else { return nil }
        self.init(traceIDHigh: high, traceIDLow: low, spanID: span, isSampled: flags & 1 == 1, state: state)
    }

    /// The header's value, version 00.
    public var traceparent: String {
        String(unsafeUninitializedCapacity: 55) { text in
            text.initialize(repeating: UInt8(ascii: "0"))
            for position in [2, 35, 52] { text[position] = UInt8(ascii: "-") }
            Self.write(traceIDHigh, to: text, at: 3)
            Self.write(traceIDLow, to: text, at: 19)
            Self.write(spanID, to: text, at: 36)
            if isSampled { text[54] = UInt8(ascii: "1") }
            return 55
        }
    }

    /// `traceparent`, and `tracestate` where there is one, to send with a request.
    public var headers: [(name: String, value: String)] {
        let parent = (name: "traceparent", value: traceparent)
        return state.map { [parent, (name: "tracestate", value: $0)] } ?? [parent]
    }

    /// The headers of a call made for ``current``: a child of it. Empty when there is none.
    public static var outgoingHeaders: [(name: String, value: String)] {
        var generator = SystemRandomNumberGenerator()
        return current?.child(using: &generator).headers ?? []
    }

    /// The context in which to serve a request: a child of its sender's, or a new root when it names none that can be
    /// used. More than one `traceparent` counts as none.
    public static func serving(
        traceparent: [String], tracestate: [String], using generator: inout some RandomNumberGenerator
    ) -> TraceContext {
        let state = tracestate.isEmpty ? nil : tracestate.joined(separator: ",")
        guard traceparent.count == 1, let parent = TraceContext(traceparent: traceparent[0], state: state) else {
            return TraceContext(rootUsing: &generator)
        }
        return parent.child(using: &generator)
    }

    /// As ``serving(traceparent:tracestate:using:)``, with the system's random numbers.
    public static func serving(traceparent: [String], tracestate: [String]) -> TraceContext {
        var generator = SystemRandomNumberGenerator()
        return serving(traceparent: traceparent, tracestate: tracestate, using: &generator)
    }

    /// Lower-case hexadecimal digits, 16 at most.
    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}
