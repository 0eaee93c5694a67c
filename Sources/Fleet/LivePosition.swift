/// Where a live session plays, and what of the broadcast can be had: seconds of the broadcaster's clock.
public struct LivePosition: Sendable, Hashable {
    public var position: Int64?
    /// The oldest position that can be had.
    public var first: Int64?
    /// The newest one.
    public var last: Int64?
    public var bufferPieces: Int64?

    public init(position: Int64? = nil, first: Int64? = nil, last: Int64? = nil, bufferPieces: Int64? = nil) {
        self.position = position
        self.first = first
        self.last = last
        self.bufferPieces = bufferPieces
    }
}
