/// A label whose values are a closed set: an enumeration of strings.
public protocol LabelValue: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    static var labelName: String { get }
    /// The value's place in `allCases`. The default reads it off the representation of an enumeration without payload;
    /// whether it is right is checked once, when a family is registered.
    var ordinal: Int { get }
}

extension LabelValue {
    @inlinable
    @inline(__always)
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ordinal)
    }

    @inlinable
    @inline(__always)
    public var ordinal: Int {
        switch MemoryLayout<Self>.size {
        case 0: 0
        case 1: Int(withUnsafeBytes(of: self) { $0[0] })
        default: Array(Self.allCases).firstIndex(of: self) ?? 0
        }
    }
}
