/// Reads JSON (RFC 8259) from UTF-8. Many times as fast as a general decoder, since nothing is tried twice.
extension JSONValue {
    /// What a text is that is not JSON.
    struct SyntaxError: Error, Hashable {
        /// The byte at which it is none.
        var offset: Int
    }

    /// Objects and arrays in each other, at most.
    static let maximumDepth = 64

    /// Of a name that an object has twice, the last value counts.
    /// - Throws: ``SyntaxError`` for what is not one document of JSON, or is nested too deeply.
    init(parsing text: [UInt8]) throws(SyntaxError) {
        self = try text.withUnsafeBufferPointer { bytes throws(SyntaxError) in
            try Self.parse(bytes)
        }
    }

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(SyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        return try parser.document()
    }
}
