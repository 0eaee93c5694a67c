/// What the children of a family are: how one is made and how its lines are written.
protocol Instrument: Sendable {
    associatedtype Cells: Sendable

    func makeCells() -> Cells
    /// The lines of one child in order, without the one that says when it was created.
    var lines: [SampleLine] { get }
    /// Whether OpenMetrics wants to know when a child was created: for everything that only grows.
    var hasCreated: Bool { get }
    /// Appends one value for each line.
    func write(_ cells: Cells, shards: [UnsafeMutablePointer<Shards.Cell>], into values: SampleWriter)
}

struct CounterInstrument: Instrument {
    let lines = [SampleLine()]
    let hasCreated = true

    func makeCells() -> CellBlock { CellBlock(count: Counter.cellCount) }

    func write(_ cells: CellBlock, shards: [UnsafeMutablePointer<Shards.Cell>], into values: SampleWriter) {
        let whole = cells.total(0, in: shards)
        let fraction = cells.floatingTotal(1, in: shards)
        if fraction == 0 { values.write(whole) } else { values.write(Double(whole) + fraction) }
    }
}

struct GaugeInstrument: Instrument {
    let lines = [SampleLine()]
    let hasCreated = false

    func makeCells() -> CellBlock { CellBlock(count: Gauge.cellCount) }

    func write(_ cells: CellBlock, shards: [UnsafeMutablePointer<Shards.Cell>], into values: SampleWriter) {
        values.write(Gauge.value(of: cells))
    }
}

struct HistogramInstrument: Instrument {
    let layout: HistogramLayout
    let hasCreated = true

    var lines: [SampleLine] {
        (layout.classicBounds + [.infinity]).map { SampleLine(suffix: "_bucket", bound: $0) }
            + [SampleLine(suffix: "_sum"), SampleLine(suffix: "_count")]
    }

    func makeCells() -> HistogramCells { HistogramCells(layout: layout) }

    func write(_ cells: HistogramCells, shards: [UnsafeMutablePointer<Shards.Cell>], into values: SampleWriter) {
        let snapshot = cells.snapshot(in: shards)
        var cumulative: UInt64 = 0
        for count in snapshot.classic {
            cumulative += count
            values.write(cumulative)
        }
        values.write(snapshot.sum)
        values.write(cumulative)
    }
}
