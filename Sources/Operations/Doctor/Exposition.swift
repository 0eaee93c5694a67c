/// A page of Prometheus text, as far as checks need it.
struct Exposition: Sendable {
    struct Sample: Sendable {
        let labels: [String: String]
        let value: Double
    }

    private(set) var samples: [String: [Sample]] = [:]
    private(set) var families: Set<String> = []

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                if let name = line.split(separator: " ").dropFirst(2).first { families.insert(String(name)) }
                continue
            }
            guard !line.hasPrefix("#"), let blank = line.lastIndex(of: " "),
                let value = Double(line[line.index(after: blank)...])
            else { continue }
            let head = line[..<blank]
            let name = String(head.prefix { $0 != "{" })
            samples[name, default: []].append(Sample(labels: Self.labels(head.dropFirst(name.count)), value: value))
        }
    }

    /// The sum of all series of a name that have these labels; nil without any.
    func sum(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = (samples[name] ?? []).filter { sample in labels.allSatisfy { sample.labels[$0.key] == $0.value } }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }

    /// A quantile over the series of a histogram that `includes` takes, as Prometheus computes it; nil without one
    /// observation. With `earlier`, of what came since.
    func quantile(
        _ quantile: Double, of family: String, since earlier: Exposition? = nil,
        where includes: ([String: String]) -> Bool = { _ in true }
    ) -> Double? {
        var counts = buckets(family, includes)
        for (bound, count) in earlier?.buckets(family, includes) ?? [:] { counts[bound, default: 0] -= count }
        let sorted = counts.sorted { $0.key < $1.key }
        guard let total = sorted.last?.value, total > 0 else { return nil }
        var (below, lower) = (0.0, 0.0)
        for (bound, count) in sorted {
            if count >= quantile * total {
                guard bound.isFinite else { return lower }
                return count > below ? lower + (bound - lower) * (quantile * total - below) / (count - below) : bound
            }
            (below, lower) = (count, bound)
        }
        return lower
    }

    private func buckets(_ family: String, _ includes: ([String: String]) -> Bool) -> [Double: Double] {
        var counts: [Double: Double] = [:]
        for sample in samples[family + "_bucket"] ?? [] where includes(sample.labels) {
            let bound = sample.labels["le"].flatMap { $0 == "+Inf" ? Double.infinity : Double($0) }
            if let bound { counts[bound, default: 0] += sample.value }
        }
        return counts
    }

    private static func labels(_ text: Substring) -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text.dropFirst()
        while let sign = rest.firstIndex(of: "=") {
            let name = String(rest[..<sign])
            var value = ""
            var index = rest.index(sign, offsetBy: 2, limitedBy: rest.endIndex) ?? rest.endIndex
            while index < rest.endIndex, rest[index] != "\"" {
                if rest[index] == "\\" { index = rest.index(after: index) }
                if index < rest.endIndex { value.append(rest[index]) }
                index = index < rest.endIndex ? rest.index(after: index) : index
            }
            labels[name] = value
            rest = rest[index...].drop { $0 == "\"" || $0 == "," }
        }
        return labels
    }
}
