/// An OpenMetrics 2.0 exposition as ``OpenMetrics2Parser`` reads it.
struct OpenMetrics2Document {
    struct Family {
        var name: String
        /// `unknown` where nothing says so.
        var type = "unknown"
        var unit = ""
        var help = ""
        var samples: [Sample] = []
    }

    struct Sample {
        var labels: [(name: String, value: String)]
        var value: Value
        var timestamp: Double?
        var start: Double?
        var exemplars: [Exemplar] = []
    }

    struct Exemplar {
        let labels: [(name: String, value: String)]
        let value: Double
        let timestamp: Double
    }

    enum Value {
        case number(Double)
        case histogram(Histogram)
        case summary(count: Double, sum: Double, quantiles: [(quantile: Double, value: Double)])
    }

    struct Histogram {
        var isGauge: Bool
        var count: Double
        var sum: Double
        var native: Native?
        /// By ascending bound, cumulative, +Inf last; nil when there are none.
        var classic: [(bound: Double, count: Double)]?
    }

    struct Native {
        var schema: Int
        var zeroThreshold: Double
        var zeroCount: Double
        var negative: [(index: Int, count: Double)] = []
        var positive: [(index: Int, count: Double)] = []
    }

    var families: [Family] = []

    /// Why a document is no OpenMetrics 2.0 exposition.
    struct Refusal: Error, CustomStringConvertible {
        let line: Int
        let reason: String

        var description: String { "line \(line): \(reason)" }
    }
}
