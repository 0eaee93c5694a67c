/// A playlist that is kept once for all players of a session, each of whom gets it with addresses of its own.
package struct PlaylistTemplate: Sendable, Equatable {
    /// Beyond this many bytes the addresses do not repeat what players name the content by.
    private static let maximumRepeatedBytes = 8 << 20

    private let session: String
    /// Text and names by turns, text at the beginning and at the end.
    private let parts: [ArraySlice<UInt8>]

    /// - Parameter text: has names in the places that ``place(of:)`` gives.
    package init(_ text: String, session: String) {
        self.session = session
        parts = Array(text.utf8).split(separator: 0, omittingEmptySubsequences: false)
    }

    /// Where the address of a resource will stand. No playlist that was read has control characters.
    package static func place(of name: String) -> String { "\0\(name)\0" }

    /// The playlist for a player.
    package func bytes(for address: ResourceAddress) -> [UInt8] {
        let count = parts.count / 2
        let before = Array("\(address.base)/\(session)/".utf8)
        let isShort = address.query.utf8.count * count <= Self.maximumRepeatedBytes
        let behind = isShort ? Array(address.query.utf8) : []
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(count * (before.count + behind.count)) { $0 + $1.count })
        for (index, part) in parts.enumerated() {
            if index.isMultiple(of: 2) { bytes += part } else { bytes += before + part + behind }
        }
        return bytes
    }
}
