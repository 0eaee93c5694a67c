/// The container that a request asks for, without the number in its name.
struct ContainerWish: Sendable, Hashable {
    static let maxPrefixLength = 40

    var image: String?
    var namePrefix: String
    var environment: [String: String]
    var labels: [String: String]
    /// Ports of the host by the container's port and protocol, `40001/tcp`.
    var ports: [String: Int]

    static func parse(_ document: JSONValue) throws(ValidationError) -> ContainerWish {
        try FieldReader.read(document) { body in
            let prefix = body.optionalString("name_prefix") ?? "svc"
            if !isName(prefix) {
                body.note(
                    "string_pattern_mismatch", "name_prefix",
                    "Input should be up to \(maxPrefixLength) letters, digits, '_', '.' or '-', the first no sign",
                    .string(String(prefix.prefix(100))))
            }
            let ports = body.optionalObject("ports")
            let numbers = ports?.integers(in: 0...65535) ?? [:]
            for key in numbers.keys where !isPort(key) {
                ports?.note("string_pattern_mismatch", key, "Key should be like 40001/tcp", .string(key))
            }
            return ContainerWish(
                image: body.optionalString("image"), namePrefix: prefix, environment: body.environment("env"),
                labels: body.strings("labels"), ports: numbers)
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...maxPrefixLength).contains(text.utf8.count)
            && text.utf8.first.map(isAlphanumeric) == true
            && text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
    }

    private static func isPort(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, ["tcp", "udp", "sctp"].contains(parts[1]), parts[0].allSatisfy(\.isWholeNumber),
            parts[0].allSatisfy(\.isASCII), let port = Int(parts[0])
        else { return false }
        return (1...65535).contains(port)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
