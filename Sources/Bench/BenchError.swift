/// Why a benchmark could not be run.
public struct BenchError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
