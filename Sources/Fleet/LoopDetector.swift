/// Notices a live stream whose broadcast does not go on: its newest position stays where it is, or comes again and
/// again.
///
/// Only time that was observed counts: nothing is concluded from missing answers.
public struct LoopDetector: Sendable, Hashable {
    public enum Change: Sendable, Hashable {
        case began, ended
    }

    /// True once the newest position has not grown for the threshold.
    public private(set) var isLooping = false
    private var highest: Int64?
    private var lastLook: Timestamp?
    private var standstill = Duration.zero

    public init() {}

    /// Takes in the newest position of the broadcast, in any unit.
    /// - Parameter longestGap: a longer time between two looks counts as this long.
    public mutating func look(
        at position: Int64, now: Timestamp, threshold: Duration, longestGap: Duration
    ) -> Change? {
        defer { lastLook = now }
        guard let highest, let lastLook, position <= highest else {
            highest = position
            standstill = .zero
            defer { isLooping = false }
            return isLooping ? .ended : nil
        }
        standstill += min(max(.zero, now - lastLook), longestGap)
        guard !isLooping, standstill >= threshold else { return nil }
        isLooping = true
        return .began
    }
}
