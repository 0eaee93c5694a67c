/// Turns families into the series of the remote write protocol.
package struct RemoteWriteTranslation: Sendable {
    private let externalLabels: [LabelPair]
    private let histograms: RemoteWriteHistograms

    /// - Parameter externalLabels: added to every series that does not have a label of that name.
    package init(externalLabels: [LabelPair], histograms: RemoteWriteHistograms) {
        self.externalLabels = externalLabels
        self.histograms = histograms
    }

    /// - Parameter exemplarsAfter: milliseconds since the Unix epoch; exemplars seen earlier have been sent before.
    package func series(_ families: [FamilySnapshot], exemplarsAfter: Int64) -> [RemoteWriteSeries] {
        var all: [RemoteWriteSeries] = []
        for family in families {
            let name = family.family.name
            for child in family.children {
                switch child.value {
                case .counter(let value, let exemplar):
                    let fresh = Self.fresh([exemplar], after: exemplarsAfter)
                    all.append(series(name, child.labels, .number(value), fresh))
                case .gauge(let value):
                    all.append(series(name, child.labels, .number(value)))
                case .histogram(let histogram):
                    if histograms.includesClassic {
                        append(histogram, family.family, child.labels, exemplarsAfter, to: &all)
                    }
                    if histograms.includesNative {
                        let fresh = Self.fresh(histogram.exemplars, after: exemplarsAfter)
                        all.append(series(name, child.labels, .histogram(histogram), fresh))
                    }
                }
            }
        }
        return all
    }

    private func append(
        _ histogram: HistogramSnapshot, _ family: MetricFamily, _ labels: [LabelPair], _ exemplarsAfter: Int64,
        to all: inout [RemoteWriteSeries]
    ) {
        var cumulative: UInt64 = 0
        let bounds = family.upperBounds + [.infinity]
        for (bucket, (bound, count)) in zip(bounds, histogram.classic).enumerated() {
            cumulative += count
            let exemplar = bucket < histogram.exemplars.count ? histogram.exemplars[bucket] : nil
            all.append(
                series(
                    family.name + "_bucket", labels + [LabelPair("le", Self.text(bound))], .number(Double(cumulative)),
                    Self.fresh([exemplar], after: exemplarsAfter)))
        }
        all.append(series(family.name + "_sum", labels, .number(histogram.sum)))
        all.append(series(family.name + "_count", labels, .number(Double(cumulative))))
    }

    private func series(
        _ name: String, _ labels: [LabelPair], _ value: RemoteWriteSeries.Value, _ exemplars: [Exemplar] = []
    ) -> RemoteWriteSeries {
        var merged = [LabelPair("__name__", name)]
        for label in labels + externalLabels where !merged.contains(where: { $0.name == label.name }) {
            merged.append(label)
        }
        merged.removeAll { $0.value.isEmpty }
        merged.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return RemoteWriteSeries(labels: merged, value: value, exemplars: exemplars)
    }

    private static func fresh(_ exemplars: [Exemplar?], after: Int64) -> [Exemplar] {
        var fresh: [Exemplar] = []
        for exemplar in exemplars.compactMap(\.self).sorted(by: { $0.timestamp < $1.timestamp })
        where exemplar.milliseconds > fresh.last?.milliseconds ?? after {
            fresh.append(exemplar)
        }
        return fresh
    }

    /// A bucket's bound as OpenMetrics spells it, and so as a scrape of the same process does.
    private static func text(_ bound: Double) -> String {
        bound.isFinite ? bound.description : "+Inf"
    }
}

extension Exemplar {
    /// When it was seen, in milliseconds since the Unix epoch.
    var milliseconds: Int64 { Int64((timestamp * 1000).rounded(.down)) }
}
