/// How the native buckets of a histogram family are kept within a limit
/// (prometheus.io/docs/specs/native_histograms).
///
/// When a child has more populated buckets than allowed, it is reset if its last reset is long enough ago; else its
/// zero bucket is widened, as far as that is allowed; else its resolution is halved, until it fits.
public struct NativeBucketing: Sendable, Hashable {
    /// Resolution at first: 2^schema buckets for each doubling of the value, −4…8; 3 keeps a quantile's error
    /// below 4.4 %.
    public var schema: Int
    /// Populated buckets that one child may have, both signs together.
    public var maximumBuckets: Int
    /// A child is reset at most this often; nil: never.
    public var minimumResetInterval: Duration?
    /// Magnitudes up to this one are in the zero bucket at first; 2⁻¹²⁸ as in other libraries. What is no bucket's
    /// bound is rounded down to one.
    public var zeroThreshold: Double
    /// How far the zero bucket may be widened.
    public var maximumZeroThreshold: Double

    public init(
        schema: Int = 3, maximumBuckets: Int = 160, minimumResetInterval: Duration? = .seconds(3600),
        zeroThreshold: Double = 0x1p-128, maximumZeroThreshold: Double = 1e-6
    ) {
        self.schema = schema
        self.maximumBuckets = maximumBuckets
        self.minimumResetInterval = minimumResetInterval
        self.zeroThreshold = zeroThreshold
        self.maximumZeroThreshold = maximumZeroThreshold
    }

    /// What is wrong with these numbers; nil when nothing is.
    var problem: String? {
        if !(-4...8).contains(schema) { return "the schema must be from -4 to 8" }
        if maximumBuckets < 1 { return "at least one native bucket must be allowed" }
        if !(zeroThreshold >= 0 && zeroThreshold.isFinite) { return "the zero threshold must be zero or above" }
        return nil
    }
}
