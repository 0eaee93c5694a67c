/// The resolution in which a histogram's native buckets are shown now. Coarser than the cells once there were too many
/// buckets, and never finer again until a reset, so that every bucket only grows.
package struct NativeView: Sendable, Hashable {
    package var schema: Int
    package var zeroThreshold: Double

    package init(schema: Int, zeroThreshold: Double) {
        self.schema = schema
        self.zeroThreshold = zeroThreshold
    }

    /// Shows buckets of a finer schema in this view.
    ///
    /// - Parameters:
    ///   - raw: by ascending index, in `rawSchema`, which is at least this view's.
    ///   - zeroCount: grows by the buckets that the zero bucket covers.
    package func merge(
        _ raw: [HistogramSnapshot.Bucket], rawSchema: Int, into buckets: inout [HistogramSnapshot.Bucket],
        zeroCount: inout UInt64
    ) {
        buckets.removeAll(keepingCapacity: true)
        let shift = rawSchema - schema
        let zeroIndex = NativeBuckets.lastIndex(within: zeroThreshold, schema: rawSchema)
        for bucket in raw {
            if bucket.index <= zeroIndex {
                zeroCount += bucket.count
                continue
            }
            let index = (bucket.index + (1 << shift) - 1) >> shift
            if let last = buckets.last, last.index == index {
                buckets[buckets.count - 1] = HistogramSnapshot.Bucket(index: index, count: last.count + bucket.count)
            } else {
                buckets.append(HistogramSnapshot.Bucket(index: index, count: bucket.count))
            }
        }
    }

    /// The next coarser view, for a histogram whose smallest populated bucket has this index; nil when none is left.
    package func coarser(lowestIndex: Int, limits: NativeBucketing) -> NativeView? {
        let widened = NativeBuckets.upperBound(lowestIndex, schema: schema)
        if widened > zeroThreshold, widened <= limits.maximumZeroThreshold {
            return NativeView(schema: schema, zeroThreshold: widened)
        }
        return schema > -4 ? NativeView(schema: schema - 1, zeroThreshold: zeroThreshold) : nil
    }
}
