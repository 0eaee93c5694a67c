import Telemetry

/// The label sets of ``Specimen``.
enum SpecimenLabels {
    struct Place: LabelSet {
        static var labelNames: [String] { ["place"] }
        var labelValues: [String] { [place] }
        let place: String
    }

    struct PlaceAndTime: LabelSet {
        static var labelNames: [String] { ["place", "time_of_day"] }
        var labelValues: [String] { [place, time] }
        let place: String
        let time: String
    }

    enum Tone: String, LabelValue {
        static let labelName = "tone"
        case low
        case middle
        case high
    }

    /// Its family has the same name.
    enum Phase: String, LabelValue {
        static let labelName = "phase"
        case new
        case halfFull = "half \"full\""
        case full
    }

    /// What makes escaping hard.
    static let texts = [
        "", "plain", "\"quoted\"", "back\\slash", "ends in \\", "line\nbreak", "\n", "tab\there", "cr\rhere", "é🎬👩‍👩‍👧",
        "{a=\"b\"} 1", "# EOF", "a,b=\"c\",d", "\\n", "\\\"", " spaced ", "+Inf", "}", "null", "\u{2028}", "\u{85}",
        "😀 # {} 1",
    ]
}
