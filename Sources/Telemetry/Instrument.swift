/// What the children of a family are: how one is made and how its lines are written.
protocol Instrument: Sendable {
    associatedtype Cells: Sendable

    func makeCells() -> Cells
    /// The lines of one child, each without its value: sample name suffix and `le` value.
    var lines: [(suffix: String, bound: String?)] { get }
    /// Appends one value for each line.
    func write(_ cells: Cells, shards: [UnsafeMutablePointer<Shards.Cell>], into values: SampleWriter)
}

struct CounterInstrument: Instrument {
    let lines: [(suffix: String, bound: String?)] = [("", nil)]

    func makeCells() -> CellBlock { CellBlock(count: Counter.cellCount) }

    func write(_ cells: CellBlock, shards: [UnsafeMutablePointer<Shards.Cell>], into values: SampleWriter) {
        let whole = cells.total(0, in: shards)
        let fraction = cells.floatingTotal(1, in: shards)
        if fraction == 0 { values.write(whole) } else { values.write(Double(whole) + fraction) }
    }
}

struct GaugeInstrument: Instrument {
    let lines: [(suffix: String, bound: String?)] = [("", nil)]

    func makeCells() -> CellBlock { CellBlock(count: Gauge.cellCount) }

    func write(_ cells: CellBlock, shards: [UnsafeMutablePointer<Shards.Cell>], into values: SampleWriter) {
        values.write(Gauge.value(of: cells))
    }
}

struct HistogramInstrument: Instrument {
    let layout: HistogramLayout

    var lines: [(suffix: String, bound: String?)] {
        layout.classicBounds.map { ("_bucket", TextExposition.format($0)) }
            + [("_bucket", "+Inf"), ("_sum", nil), ("_count", nil)]
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
