/// One JSON object on one line, written within a bound: what does not fit is left out, and the object stays valid
/// (RFC 8259).
struct JSONLine {
    private(set) var bytes: [UInt8] = []
    /// Whether anything was left out.
    private(set) var isTruncated = false
    /// Whether the part at hand has used up its room.
    private var isFull = false
    /// Where the part at hand ends at the latest.
    private var end = 0
    private var depth = 0

    /// Values nested deeper than this are left out.
    private static let maximumDepth = 16

    init() {
        bytes.reserveCapacity(256)
        bytes.append(UInt8(ascii: "{"))
    }

    /// Adds a member to the line's own object, within `end` bytes from the line's start.
    mutating func part(_ name: StaticString, upTo end: Int, _ write: (inout JSONLine) -> Void) {
        self.end = end
        isFull = false
        member(String(describing: name), write)
    }

    /// Adds a member to the object being written; `write` must write one value.
    mutating func member(_ name: String, _ write: (inout JSONLine) -> Void) {
        guard !isFull else { return }
        let start = bytes.count
        separate()
        if end - bytes.count >= 2 { string(name.utf8) }
        // The shortest value has two bytes.
        guard !isFull, bytes.count > start + 1, end - bytes.count >= 3 else {
            bytes.removeSubrange(start...)
            return leaveOut()
        }
        bytes.append(UInt8(ascii: ":"))
        write(&self)
    }

    /// Adds an element to the array being written.
    mutating func element(_ write: (inout JSONLine) -> Void) {
        guard !isFull else { return }
        guard end - bytes.count >= 3 else { return leaveOut() }
        separate()
        write(&self)
    }

    /// Writes an object or an array.
    mutating func nested(_ brackets: (open: Character, close: Character), _ write: (inout JSONLine) -> Void) {
        guard depth < Self.maximumDepth else {
            isTruncated = true
            return bytes.append(contentsOf: "\"\"".utf8)
        }
        depth += 1
        end -= 1
        bytes.append(contentsOf: brackets.open.utf8)
        write(&self)
        end += 1
        bytes.append(contentsOf: brackets.close.utf8)
        depth -= 1
    }

    /// Writes text, given as valid UTF-8 that may lack the end of its last character.
    ///
    /// Escaped are what JSON demands, all other control characters, and U+2028 and U+2029, which many readers take for
    /// line ends.
    mutating func string(_ text: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var rest = text[...]
        while let lead = rest.first {
            let length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
            let character = rest.prefix(length)
            guard character.count == length else { break }
            let before = bytes.count
            append(character, lead)
            if bytes.count >= end {
                bytes.removeSubrange(before...)
                leaveOut()
                break
            }
            rest = rest.dropFirst(length)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Notes that something was left out before it came here.
    mutating func noteCut() { isTruncated = true }

    /// Ends the object and the line.
    mutating func finish() {
        if isTruncated { bytes.append(contentsOf: ",\"truncated\":true".utf8) }
        bytes.append(contentsOf: "}\n".utf8)
    }

    /// The most that ``finish()`` adds.
    static let endLength = 19

    private mutating func leaveOut() {
        isFull = true
        isTruncated = true
    }

    private mutating func separate() {
        guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") else { return }
        bytes.append(UInt8(ascii: ","))
    }

    private mutating func append(_ character: some Collection<UInt8>, _ lead: UInt8) {
        switch lead {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(lead)
        case 0x08: bytes.append(contentsOf: "\\b".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0x0a: bytes.append(contentsOf: "\\n".utf8)
        case 0x0c: bytes.append(contentsOf: "\\f".utf8)
        case 0x0d: bytes.append(contentsOf: "\\r".utf8)
        case 0..<0x20, 0x7f: escape(UInt16(lead))
        case 0xc2:
            // U+0080 to U+009F are control characters as well.
            guard let next = character.dropFirst().first, next < 0xa0 else {
                return bytes.append(contentsOf: character)
            }
            escape(UInt16(next))
        case 0xe2 where character.elementsEqual([0xe2, 0x80, 0xa8]): escape(0x2028)
        case 0xe2 where character.elementsEqual([0xe2, 0x80, 0xa9]): escape(0x2029)
        default: bytes.append(contentsOf: character)
        }
    }

    private mutating func escape(_ unit: UInt16) {
        bytes.append(contentsOf: "\\u".utf8)
        for shift in stride(from: UInt16(12), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: unit >> shift) & 0xf
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
