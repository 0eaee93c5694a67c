/// The numbers under which players ask for the resources of a session's playlists.
///
/// A resource keeps its number as long as a playlist lists it and for a while after that: players ask for segments that
/// have just left the playlist. Only what has been numbered can be asked for.
public struct ResourceNames: Sendable {
    /// A resource at its origin.
    public struct Origin: Sendable, Hashable {
        public var role: HLSPlaylist.Resource.Role
        /// Path and query.
        public var target: String
        public var range: HLSPlaylist.ByteRange?

        public init(role: HLSPlaylist.Resource.Role, target: String, range: HLSPlaylist.ByteRange? = nil) {
            self.role = role
            self.target = target
            self.range = range
        }
    }

    /// How many resources that no playlist lists any more are kept, the newest ones.
    public static let unlistedLimit = 64

    private var origins: [UInt64: Origin] = [:]
    private var numbers: [Origin: UInt64] = [:]
    private var listed: [UInt64: Set<UInt64>] = [:]
    private var last: UInt64 = 0

    public init() {}

    public var count: Int { origins.count }

    public subscript(number: UInt64) -> Origin? { origins[number] }

    /// The resource's number, a new one unless it has one.
    public mutating func number(_ origin: Origin) -> UInt64 {
        if let number = numbers[origin] { return number }
        last += 1
        origins[last] = origin
        numbers[origin] = last
        return last
    }

    /// Notes everything that a playlist, itself known by its number, lists now. The oldest that nothing lists any more
    /// give way.
    public mutating func note(_ resources: Set<UInt64>, listedBy playlist: UInt64) {
        listed[playlist] = resources
        let limit = listed.values.reduce(Self.unlistedLimit) { $0 + $1.count }
        guard origins.count > limit else { return }
        let kept = listed.values.reduce(into: Set(listed.keys)) { $0.formUnion($1) }
        let unlisted = origins.keys.filter { !kept.contains($0) }.sorted()
        for number in unlisted.dropLast(Self.unlistedLimit) {
            if let origin = origins.removeValue(forKey: number) { numbers[origin] = nil }
        }
    }
}
