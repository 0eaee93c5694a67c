/// A name of swift-metrics as Prometheus wants it.
struct BridgedName {
    private let base: String

    init(_ name: String) {
        var base = ""
        var previous: Character = "_"
        for character in name {
            let isLegal = character.isASCII && (character.isLetter || character.isNumber)
            if !isLegal {
                if previous != "_" { base.append("_") }
                previous = "_"
                continue
            }
            if character.isUppercase, previous.isLowercase || previous.isNumber { base.append("_") }
            base += character.lowercased()
            previous = character
        }
        while base.hasSuffix("_") { base.removeLast() }
        if base.isEmpty || base.first?.isNumber == true { base = "_" + base }
        self.base = base
    }

    var counter: String { base.hasSuffix("_total") ? base : base + "_total" }

    var timer: String { base.hasSuffix("_seconds") ? base : base + "_seconds" }

    /// For gauges and histograms: without the suffixes that mean something else.
    var measure: String {
        ["_total", "_info", "_bucket", "_count", "_sum"].contains { base.hasSuffix($0) } ? base + "_value" : base
    }

    var label: String { ["le", "quantile"].contains(base) ? "label_" + base : base }
}
