import Synchronization

@usableFromInline
struct HistogramInstrument: Instrument {
    @usableFromInline let layout: HistogramLayout
    let bucketing: NativeBucketing
    @usableFromInline let isShared: Bool

    @usableFromInline
    func makeCells(_ family: FamilyState) -> HistogramCells {
        HistogramCells(layout: layout, bucketing: bucketing, isShared: isShared, family: family)
    }

    @usableFromInline
    func offset(of cells: HistogramCells) -> Int { cells.block.offset }

    @usableFromInline
    func page(
        _ family: MetricFamily, _ children: [Child<HistogramCells>], _ style: PageStyle, _ state: FamilyState
    ) -> any FamilyPage {
        switch style.format {
        case .protobuf:
            return ProtobufHistogramPage(family, children, style.histograms)
        case .openMetrics2:
            return TextPage(family, children, style, [SampleLine()]) { _, child, writer in
                writer.collect(child.cells)
                writer.beginLine()
                writer.appendComposite(style.histograms, bounds: layout.classicBounds)
                writer.appendStart(writer.collectedSince)
                for exemplar in writer.histogram.snapshot.exemplars { if let exemplar { writer.append(exemplar) } }
                writer.endLine()
            }
        case .text, .openMetrics:
            guard style.histograms.hasClassic else { return EmptyPage() }
            return classicPage(family, children, style)
        }
    }

    @usableFromInline
    func snapshot(_ child: Child<HistogramCells>, _ shards: Shards.List, now: Int64) -> [ChildSnapshot] {
        var collection = HistogramCollection()
        let created = child.cells.collect(into: &collection, shards: shards, now: now)
        return [
            ChildSnapshot(
                labels: child.labels, created: Double(created) / 1000, value: .histogram(collection.snapshot))
        ]
    }

    /// Whether the sum only grows. OpenMetrics 1.0 forbids any other, and a count without a sum.
    private func isCounter(_ snapshot: HistogramSnapshot) -> Bool {
        (layout.classicBounds.first ?? 0) >= 0 && snapshot.negative.isEmpty && snapshot.sum >= 0
    }

    private func classicPage(
        _ family: MetricFamily, _ children: [Child<HistogramCells>], _ style: PageStyle
    ) -> any FamilyPage {
        var lines =
            (layout.classicBounds + [.infinity]).map { SampleLine(suffix: "_bucket", bound: $0) }
            + [SampleLine(suffix: "_sum"), SampleLine(suffix: "_count")]
        let hasCreated = style.format == .openMetrics && style.hasCreated
        if hasCreated { lines.append(SampleLine(isCreated: true)) }
        return TextPage(family, children, style, lines) { _, child, writer in
            writer.collect(child.cells)
            var cumulative: UInt64 = 0
            let hasExemplars = style.format == .openMetrics && !writer.histogram.snapshot.exemplars.isEmpty
            for bucket in writer.histogram.snapshot.classic.indices {
                cumulative += writer.histogram.snapshot.classic[bucket]
                writer.beginLine()
                writer.append(cumulative)
                if hasExemplars, let exemplar = writer.histogram.snapshot.exemplars[bucket] { writer.append(exemplar) }
                writer.endLine()
            }
            if style.format == .openMetrics, !isCounter(writer.histogram.snapshot) {
                writer.skipLines(2)
            } else {
                writer.beginLine()
                writer.append(writer.histogram.snapshot.sum)
                writer.endLine()
                writer.beginLine()
                writer.append(cumulative)
                writer.endLine()
            }
            if hasCreated {
                writer.beginLine()
                writer.append(milliseconds: writer.collectedSince)
                writer.endLine()
            }
        }
    }
}
