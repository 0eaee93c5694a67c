/// A program and its arguments, with `{port}` and `{name}` standing for those of the engine to start.
///
/// Written as one line with the quoting of a shell: words are separated by blanks, `'…'` is taken literally, `"…"` may
/// hold `\"` and `\\`, and a backslash outside quotes takes the next character literally. Nothing is expanded; unquoted
/// shell operators are refused, since they would not do what they seem to.
public struct ProcessCommand: Sendable, Hashable {
    /// At least one; the first is the program.
    public let words: [String]

    /// A path (with a slash), or a name to be found in `PATH`.
    public var program: String { words[0] }

    public init(program: String, arguments: [String] = []) {
        words = [program] + arguments
    }

    public init(parsing line: String) throws(SyntaxError) {
        var scanner = Scanner(characters: Array(line))
        words = try scanner.words()
        if words.isEmpty || words[0].isEmpty { throw SyntaxError(message: "the command is empty") }
    }

    /// The words with the placeholders replaced.
    public func rendered(port: Int, name: String) -> [String] {
        words.map { $0.replacing("{port}", with: String(port)).replacing("{name}", with: name) }
    }

    /// Why a line is not a command.
    public struct SyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
        public var message: String
        public var description: String { message }
    }
}

extension ProcessCommand {
    private struct Scanner {
        let characters: [Character]
        var position = 0

        init(characters: [Character]) { self.characters = characters }

        mutating func words() throws(SyntaxError) -> [String] {
            var words: [String] = []
            var word: String?
            while let character = next() {
                switch character {
                case " ", "\t", "\n", "\r", "\r\n":
                    if let complete = word { words.append(complete) }
                    word = nil
                case "'":
                    word = (word ?? "") + (try literal())
                case "\"":
                    word = (word ?? "") + (try quoted())
                case "\\":
                    word = (word ?? "") + String(try escaped())
                case "\0":
                    throw SyntaxError(message: "character \(position) is a zero byte")
                case "|", "&", ";", "<", ">", "(", ")", "$", "`":
                    throw SyntaxError(
                        message: "unquoted '\(character)' at character \(position): no shell reads the command; "
                            + "quote it, or use sh -c '…'")
                default:
                    word = (word ?? "") + String(character)
                }
            }
            if let complete = word { words.append(complete) }
            return words
        }

        private mutating func next() -> Character? {
            guard position < characters.count else { return nil }
            position += 1
            return characters[position - 1]
        }

        private mutating func literal() throws(SyntaxError) -> String {
            let start = position
            var text = ""
            while let character = next() {
                if character == "'" { return text }
                text.append(character)
            }
            throw SyntaxError(message: "the ' at character \(start) is not closed")
        }

        private mutating func quoted() throws(SyntaxError) -> String {
            let start = position
            var text = ""
            while let character = next() {
                switch character {
                case "\"":
                    return text
                case "\\":
                    let following = try escaped()
                    if following != "\"" && following != "\\" { text.append("\\") }
                    text.append(following)
                case "$", "`":
                    throw SyntaxError(
                        message: "'\(character)' in double quotes at character \(position): nothing is expanded; "
                            + "use single quotes")
                default:
                    text.append(character)
                }
            }
            throw SyntaxError(message: "the \" at character \(start) is not closed")
        }

        private mutating func escaped() throws(SyntaxError) -> Character {
            guard let character = next() else { throw SyntaxError(message: "the command ends with a backslash") }
            return character
        }
    }
}
