/// One histogram without labels, read from the delimited protobuf format (protobuf.dev/programming-guides/encoding).
struct ScrapedHistogram {
    enum Failure: Error {
        case truncated
        case unexpected(field: UInt64)
    }

    private(set) var count: UInt64 = 0
    /// The last cumulative count of the classic buckets.
    private(set) var classic: UInt64 = 0
    /// Zero bucket, positive and negative ones together.
    private(set) var native: UInt64 = 0

    init(protobuf bytes: [UInt8]) throws {
        var rest = bytes[...]
        var family = try Self.message(&rest)
        while let (field, value) = try Self.field(&family) {
            guard field == 4, var metric = value.bytes else { continue }
            while let (field, value) = try Self.field(&metric) {
                if field == 7, let histogram = value.bytes { try read(histogram) }
            }
        }
    }

    private mutating func read(_ histogram: ArraySlice<UInt8>) throws {
        var histogram = histogram
        var running: [UInt64: Int64] = [:]
        while let (field, value) = try Self.field(&histogram) {
            switch (field, value) {
            case (1, .number(let number)): count = number
            case (3, .bytes(var bucket)):
                while let (field, value) = try Self.field(&bucket) {
                    if field == 1, case .number(let number) = value { classic = number }
                }
            case (7, .number(let number)): native += number
            case (10, .number(let number)), (13, .number(let number)): add(number, field, &running)
            case (10, .bytes(var packed)), (13, .bytes(var packed)):
                while !packed.isEmpty { add(try Self.varint(&packed), field, &running) }
            default: break
            }
        }
    }

    /// Deltas are from bucket to bucket, in zigzag coding.
    private mutating func add(_ number: UInt64, _ field: UInt64, _ running: inout [UInt64: Int64]) {
        let delta = Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
        running[field, default: 0] += delta
        native += UInt64(running[field, default: 0])
    }

    private enum Value {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)

        var bytes: ArraySlice<UInt8>? {
            if case .bytes(let bytes) = self { bytes } else { nil }
        }
    }

    private static func field(_ bytes: inout ArraySlice<UInt8>) throws -> (UInt64, Value)? {
        guard !bytes.isEmpty else { return nil }
        let tag = try varint(&bytes)
        switch tag & 7 {
        case 0: return (tag >> 3, .number(try varint(&bytes)))
        case 1:
            guard bytes.count >= 8 else { throw Failure.truncated }
            defer { bytes = bytes.dropFirst(8) }
            return (tag >> 3, .bytes(bytes.prefix(8)))
        case 2: return (tag >> 3, .bytes(try message(&bytes)))
        default: throw Failure.unexpected(field: tag >> 3)
        }
    }

    private static func message(_ bytes: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        let length = Int(try varint(&bytes))
        guard bytes.count >= length else { throw Failure.truncated }
        defer { bytes = bytes.dropFirst(length) }
        return bytes.prefix(length)
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) throws -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw Failure.truncated
    }
}
