/// The path and the query of a request.
struct RequestTarget: Sendable {
    /// The path, percent-decoded, without a trailing slash.
    let path: String
    /// What follows the question mark, as it came.
    let query: String
    private let items: [(name: String, value: String)]

    init(_ uri: String) {
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = Self.decoded(parts[0], plusIsSpace: false)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        query = parts.count > 1 ? String(parts[1]) : ""
        items = query.split(separator: "&").map { item in
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count > 1 ? pair[1] : ""
            return (Self.decoded(pair[0], plusIsSpace: true), Self.decoded(value, plusIsSpace: true))
        }
    }

    /// The value of the first query item of a name.
    subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// The path's components.
    var components: [Substring] { path.split(separator: "/") }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
