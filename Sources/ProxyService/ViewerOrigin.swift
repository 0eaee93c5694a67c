/// Who a viewer is, and what ends when it leaves.
struct ViewerOrigin: Sendable {
    /// The client's address.
    let client: String
    /// The player as it calls itself, cut to ``maximumPlayerLength`` characters.
    let player: String
    let place: ConnectionPlace

    static let maximumPlayerLength = 200

    /// The viewer's connection is closed.
    func left() {
        place.leave()
    }
}
