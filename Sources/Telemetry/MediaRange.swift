/// One element of an `Accept` or `Accept-Encoding` header (RFC 9110, sections 12.5.1 and 12.5.3), in lower case.
package struct MediaRange {
    package let type: String
    package let quality: Double
    private let parameters: [(name: String, value: String)]

    package subscript(name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// The elements of a header. Elements without a type are left out; a quality that is no number from 0 to 1 is 0.
    package static func parse(_ header: String) -> [MediaRange] {
        header.utf8.split(separator: UInt8(ascii: ",")).compactMap { element in
            let parts = element.split(separator: UInt8(ascii: ";")).map(trimmed)
            guard let type = parts.first, !type.isEmpty else { return nil }
            var quality = 1.0
            var parameters: [(name: String, value: String)] = []
            for part in parts.dropFirst() {
                let pair = part.utf8.split(
                    separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false
                ).map(trimmed)
                let value = pair.count == 2 ? pair[1] : ""
                if pair[0] == "q" {
                    quality = Double(value).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
                } else {
                    parameters.append((pair[0], value))
                }
            }
            return MediaRange(type: type, quality: quality, parameters: parameters)
        }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        var rest = text
        let space: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\"")]
        while let first = rest.first, space.contains(first) { rest.removeFirst() }
        while let last = rest.last, space.contains(last) { rest.removeLast() }
        return Substring(rest).lowercased()
    }
}
