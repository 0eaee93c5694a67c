/// How a histogram's cells divide the positive numbers: at the bounds of the native buckets and at those of the classic
/// ones, so that one increment of one cell counts for both.
///
/// A native bucket of schema *n* with index *i* holds the values in (2^((i−1)/2ⁿ), 2^(i/2ⁿ)]
/// (prometheus.io/docs/specs/native_histograms). Cells cover the octaves from well below the smallest classic bound to
/// well above the largest, as far as they are not too many; what lies outside is counted apart
/// (``HistogramExtremes``).
///
/// `@unchecked Sendable`: needs no lock, the tables are written in `init` only.
@usableFromInline package final class HistogramLayout: @unchecked Sendable {
    private static let maximumCells = 1 << 15

    /// The resolution: 2^schema native buckets for each doubling.
    let schema: Int
    /// Bounds of the classic buckets.
    let classicBounds: [Double]

    /// Bits of the mantissa that select a slot of the table.
    @usableFromInline let mantissaBits: UInt64
    @usableFromInline let lowestSlot: UInt64
    @usableFromInline let slotCount: UInt64
    /// The first cell whose upper bound is not below the slot's smallest value.
    @usableFromInline let firstCell: UnsafeMutablePointer<UInt16>
    /// Upper bounds of the cells as bit patterns, which order positive numbers as the numbers themselves.
    @usableFromInline let upperBounds: UnsafeMutablePointer<UInt64>

    /// Cells that count observations: one for zero, then one for each interval between two bounds.
    let cellCount: Int
    /// The native bucket of each cell but the first.
    package let nativeIndex: [Int]
    /// The classic bucket of each cell.
    package let classicIndex: [Int]

    /// - Parameters:
    ///   - schema: 0 to 8.
    ///   - classicBounds: ascending, finite.
    package init(schema: Int, classicBounds: [Double]) {
        self.schema = schema
        self.classicBounds = classicBounds
        let positive = classicBounds.filter { $0 > 0 }
        let perOctave = 1 << schema
        let highestOctave = min(max(-1000, Int(positive.last?.exponent ?? 0)), 1000) + 7
        // What a `UInt16` can number, and no more memory than that for one child.
        let lowestOctave = max(
            min(max(-1000, Int(positive.first?.exponent ?? 0)), 1000) - 10,
            highestOctave - max(1, (Self.maximumCells - classicBounds.count) / perOctave))

        let lowest = lowestOctave * perOctave
        var bounds = [(value: NativeBuckets.upperBound(lowest, schema: schema), native: lowest)]
        for octave in lowestOctave..<highestOctave {
            for step in 1...perOctave {
                let index = octave * perOctave + step
                bounds.append((NativeBuckets.upperBound(index, schema: schema), index))
            }
        }
        let range = NativeBuckets.power(lowestOctave)..<NativeBuckets.power(highestOctave)
        for bound in positive where range.contains(bound) && !bounds.contains(where: { $0.value == bound }) {
            bounds.append((bound, NativeBuckets.index(of: bound, schema: schema)))
        }
        bounds.sort { $0.value < $1.value }

        cellCount = bounds.count + 1
        nativeIndex = [Int.min] + bounds.map { $0.native }
        classicIndex =
            [Self.classicIndex(of: 0, in: classicBounds)]
            + bounds.map { Self.classicIndex(of: $0.value, in: classicBounds) }

        // A slot holds at most a bound or two, so that finding a cell takes one look-up and one or two comparisons.
        mantissaBits = UInt64(schema) + 1
        let shift = 52 - mantissaBits
        lowestSlot = range.lowerBound.bitPattern >> shift
        slotCount = (range.upperBound.bitPattern >> shift) - lowestSlot
        upperBounds = .allocate(capacity: bounds.count + 1)
        for (cell, bound) in bounds.enumerated() { upperBounds[cell] = bound.value.bitPattern }
        upperBounds[bounds.count] = .max
        firstCell = .allocate(capacity: Int(slotCount))
        var cell = 0
        for slot in 0..<Int(slotCount) {
            let smallest = (lowestSlot + UInt64(slot)) << shift
            while upperBounds[cell] < smallest { cell += 1 }
            firstCell[slot] = UInt16(cell)
        }
    }

    deinit {
        firstCell.deallocate()
        upperBounds.deallocate()
    }

    /// The cell of a value, counted from 0 for the first interval; nil for what no interval holds.
    @inlinable
    @inline(__always)
    package func cell(of value: Double) -> Int? {
        let bits = value.bitPattern
        let slot = (bits >> (52 - mantissaBits)) &- lowestSlot
        guard slot < slotCount else { return nil }
        var cell = Int(firstCell[Int(slot)])
        while bits > upperBounds[cell] { cell += 1 }
        return cell
    }

    /// The classic bucket of a value; the number of bounds for those above all.
    package static func classicIndex(of value: Double, in bounds: [Double]) -> Int {
        bounds.firstIndex { value <= $0 } ?? bounds.count
    }
}
