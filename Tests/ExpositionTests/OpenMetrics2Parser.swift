/// A strict reader of OpenMetrics 2.0.0-rc0 texts, written after the ABNF and the semantics of the specification
/// (prometheus.io/docs/specs/om/open_metrics_spec_2_0). A document is read as a whole or refused as a whole.
struct OpenMetrics2Parser {
    typealias Refusal = OpenMetrics2Document.Refusal

    let bytes: [UInt8]
    var position = 0
    var line = 1
    private var document = OpenMetrics2Document()
    private var rules = OpenMetrics2Rules()

    static func parse(_ bytes: [UInt8]) throws -> OpenMetrics2Document {
        var parser = OpenMetrics2Parser(bytes: bytes)
        return try parser.exposition()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func exposition() throws -> OpenMetrics2Document {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw refusal("not UTF-8") }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { throw refusal("a byte order mark") }
        for index in bytes.indices.dropLast() where bytes[index] == 13 && bytes[index + 1] == 10 {
            throw refusal("a carriage return ends a line")
        }
        while !take("# EOF") {
            if position == bytes.count { throw refusal("# EOF is missing") }
            try peek == UInt8(ascii: "#") ? descriptor() : sample()
            line += 1
        }
        if peek == 10 { position += 1 }
        guard position == bytes.count else { throw refusal("something stands behind # EOF") }
        return document
    }

    // MARK: Lines

    private mutating func descriptor() throws {
        try expect("# ")
        let keyword = ["TYPE ", "HELP ", "UNIT "].first { take($0) }
        guard let keyword else { throw refusal("a comment that is no TYPE, HELP or UNIT") }
        let name = try peek == UInt8(ascii: "\"") ? quoted(isEmptyAllowed: false) : metricName()
        try expect(" ")
        if document.families.last?.name != name {
            document.families.append(OpenMetrics2Document.Family(name: name))
            try rules.begin(name, line)
        }
        try rules.metadata(keyword, line)
        let last = document.families.count - 1
        switch keyword {
        case "TYPE ":
            let start = position
            while let byte = peek, byte != 10 { position += 1 }
            document.families[last].type = String(decoding: bytes[start..<position], as: UTF8.self)
        case "UNIT ":
            let start = position
            while let byte = peek, Self.isNameByte(byte) { position += 1 }
            document.families[last].unit = String(decoding: bytes[start..<position], as: UTF8.self)
        default: document.families[last].help = try escaped()
        }
        try expect("\n")
        try rules.check(document.families[last], line)
    }

    private mutating func sample() throws {
        let name: String
        var labels: [(name: String, value: String)] = []
        if take("{") {
            name = try quoted(isEmptyAllowed: false)
            while take(",") { labels.append(try label()) }
            try expect("}")
        } else {
            name = try metricName()
            if peek == UInt8(ascii: "{") { labels = try labelsInBraces() }
        }
        try expect(" ")
        var sample = OpenMetrics2Document.Sample(
            labels: labels, value: try take("{") ? composite() : .number(number()))
        if peek == UInt8(ascii: " "), next != UInt8(ascii: "s"), next != UInt8(ascii: "#") {
            position += 1
            sample.timestamp = try realNumber()
        }
        if take(" st@") { sample.start = try realNumber() }
        while take(" # ") {
            let labels = try labelsInBraces()
            try expect(" ")
            let value = try number()
            try expect(" ")
            sample.exemplars.append(
                OpenMetrics2Document.Exemplar(labels: labels, value: value, timestamp: try realNumber()))
        }
        try expect("\n")
        if document.families.last?.name != name {
            document.families.append(OpenMetrics2Document.Family(name: name))
            try rules.begin(name, line)
        }
        let last = document.families.count - 1
        try rules.check(sample, of: document.families[last], line)
        document.families[last].samples.append(sample)
    }

    // MARK: Names, labels, texts

    private mutating func metricName() throws -> String {
        let start = position
        while let byte = peek, Self.isNameByte(byte) || byte == UInt8(ascii: ":") { position += 1 }
        guard start < position, !Self.isDigit(bytes[start]) else { throw refusal("no metric name") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func labelsInBraces() throws -> [(name: String, value: String)] {
        try expect("{")
        var labels: [(name: String, value: String)] = []
        if take("}") { return labels }
        repeat { labels.append(try label()) } while take(",")
        try expect("}")
        return labels
    }

    private mutating func label() throws -> (name: String, value: String) {
        let name: String
        if peek == UInt8(ascii: "\"") {
            name = try quoted(isEmptyAllowed: false)
        } else {
            let start = position
            while let byte = peek, Self.isNameByte(byte) { position += 1 }
            guard start < position, !Self.isDigit(bytes[start]) else { throw refusal("no label name") }
            name = String(decoding: bytes[start..<position], as: UTF8.self)
        }
        try expect("=")
        return (name, try quoted(isEmptyAllowed: true))
    }

    private mutating func quoted(isEmptyAllowed: Bool) throws -> String {
        try expect("\"")
        let text = try escaped()
        try expect("\"")
        guard isEmptyAllowed || !text.isEmpty else { throw refusal("an empty name") }
        return text
    }

    /// Up to the next quotation mark or line feed that is not escaped.
    private mutating func escaped() throws -> String {
        var text: [UInt8] = []
        while let byte = peek, byte != 10, byte != UInt8(ascii: "\"") {
            position += 1
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            switch peek {
            case UInt8(ascii: "n"): text.append(10)
            case .some(let escaped) where escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\"):
                text.append(escaped)
            case .some(let other) where other != 10: text += [byte, other]
            default: throw refusal("a backslash ends the line")
            }
            position += 1
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension OpenMetrics2Parser {
    // MARK: Bytes

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    var next: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

    func refusal(_ reason: String) -> Refusal { Refusal(line: line, reason: reason) }

    mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard count <= bytes.count - position else { return false }
        for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
        position += count
        return true
    }

    /// As `take`, for words of a list.
    mutating func take(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    mutating func expect(_ text: StaticString) throws {
        guard take(text) else { throw refusal("expected \"\(text)\" at byte \(position)") }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    static func isNameByte(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") || isDigit(byte) || byte == UInt8(ascii: "_")
    }
}
