/// What is wrong with a catalogue of families.
public struct CatalogueError: Error, Hashable, CustomStringConvertible {
    /// One sentence each.
    public let problems: [String]

    public var description: String { problems.joined(separator: "; ") }
}
