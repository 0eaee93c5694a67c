/// Ranges of TCP ports as settings write them.
enum PortRange {
    /// `19000-19999`; nil for anything else.
    static func parse(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let low = ends[0], let high = ends[1], low >= 1, high <= 65535, low <= high
        else { return nil }
        return low...high
    }
}
