/// Text of channel files: what may be in it.
public enum PlaylistText {
    /// `text` without control characters and line separators, which become spaces, and without spaces around it; nil
    /// when nothing is left.
    public static func clean(_ text: some StringProtocol) -> String? {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: clean.append(" ")
            default: clean.append(scalar)
            }
        }
        var kept = clean[...]
        while kept.first == " " { kept.removeFirst() }
        while kept.last == " " { kept.removeLast() }
        return kept.isEmpty ? nil : String(kept)
    }

    /// Whether all of `text` is visible ASCII (0x21 to 0x7E).
    static func isVisibleASCII(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
