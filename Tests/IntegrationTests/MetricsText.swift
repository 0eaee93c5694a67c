/// A service's `/metrics`, read by the name and labels of its series.
struct MetricsText {
    private let samples: [(series: Substring, value: Double)]

    init(_ text: String) {
        samples = text.split(separator: "\n").compactMap { line in
            guard !line.hasPrefix("#"), let blank = line.lastIndex(of: " ") else { return nil }
            return Double(line[line.index(after: blank)...]).map { (line[..<blank], $0) }
        }
    }

    /// The sum of all series of a name, or of those with these labels, as they are written.
    func sum(_ name: String, _ labels: String = "") -> Int {
        let own = samples.filter { sample in
            let isOwn = sample.series == name || sample.series.hasPrefix(name + "{")
            return isOwn && (labels.isEmpty || sample.series.contains(labels))
        }
        return Int(own.reduce(0) { $0 + $1.value })
    }
}
