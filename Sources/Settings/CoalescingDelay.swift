/// How long a stream's newest bytes wait for more before they are sent to viewers.
public enum CoalescingDelay: Sendable, Hashable, CustomStringConvertible {
    /// Not at all while the proxy has time to spare; the longer the busier it is.
    case automatic
    /// Always this long, and never longer.
    case fixed(Duration)

    static let longest = Duration.seconds(1)

    /// `auto`, or a time from 0 to ``longest``.
    static func parse(_ text: String) -> CoalescingDelay? {
        if text.lowercased() == "auto" { return .automatic }
        return DurationSyntax.parse(text).flatMap { (.zero...longest).contains($0) ? .fixed($0) : nil }
    }

    public var description: String {
        switch self {
        case .automatic: "auto"
        case .fixed(let delay): "\(delay)"
        }
    }
}
