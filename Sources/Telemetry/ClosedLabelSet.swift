/// A label set all of whose members are known when the program is compiled.
///
/// Its children stand in a flat table, so that recording through the labels costs an index, no hashing and no lock.
public protocol ClosedLabelSet: LabelSet {
    /// Every member, in the order of their ordinals.
    static var all: [Self] { get }
    /// How many values each label has, for ``ordinal(_:)``.
    static var radices: LabelRadices { get }
    /// This member's place in ``all``.
    func ordinal(_ radices: LabelRadices) -> Int
}

/// The number of values of the second and of the third label of a set; 1 where there is none.
public struct LabelRadices: Sendable, Hashable {
    public let second: Int
    public let third: Int

    @inlinable
    public init(second: Int = 1, third: Int = 1) {
        self.second = second
        self.third = third
    }
}
