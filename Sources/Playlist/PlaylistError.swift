/// Everything found wrong with a channel file, each problem with its place.
public struct PlaylistError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A mistake and where it is.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// Counted from 1.
        public var line: Int
        /// Counted from 1, where it is known.
        public var column: Int?
        public var message: String

        public init(line: Int, column: Int? = nil, message: String) {
            self.line = line
            self.column = column
            self.message = message
        }

        public var description: String {
            "line \(line)\(column.map { ", column \($0)" } ?? ""): \(message)"
        }
    }

    /// The problems listed, at most; the others are counted.
    static let maximumListed = 100

    public private(set) var problems: [Problem] = []
    /// How many more there are.
    public private(set) var omitted = 0

    public init(_ problems: [Problem] = []) {
        for problem in problems { add(problem) }
    }

    public var isEmpty: Bool { problems.isEmpty }

    public mutating func add(_ problem: Problem) {
        if problems.count < Self.maximumListed { problems.append(problem) } else { omitted += 1 }
    }

    public var description: String {
        problems.map(\.description).joined(separator: "\n") + (omitted > 0 ? "\nand \(omitted) more" : "")
    }
}
