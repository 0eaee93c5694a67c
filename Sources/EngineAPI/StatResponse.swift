import Fleet
import FoundationEssentials

/// The `response` of a statistics URL. Versions differ in the spelling of fields and write numbers as text or not.
struct StatResponse: Decodable, Sendable {
    /// A number, or a text that is one; anything else counts as missing.
    struct Number: Decodable, Sendable {
        let value: Int64?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let integer = try? container.decode(Int64.self) {
                value = integer
            } else if let text = try? container.decode(String.self) {
                value = Int64(text) ?? Double(text).flatMap { Int64(exactly: $0.rounded()) }
            } else {
                value = (try? container.decode(Double.self)).flatMap { Int64(exactly: $0.rounded()) }
            }
        }
    }

    private enum Key: String, CodingKey {
        case status, peers, downloaded, uploaded, livepos
        case speedDown = "speed_down"
        case speedUp = "speed_up"
        case otherSpeedDown = "speedDown"
        case otherSpeedUp = "speedUp"
        case isLive = "is_live"
    }

    private enum PositionKey: String, CodingKey {
        case pos, first, last
        case liveFirst = "live_first"
        case liveLast = "live_last"
        case firstTime = "first_ts"
        case lastTime = "last_ts"
        case bufferPieces = "buffer_pieces"
    }

    let statistics: StreamStatistics

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func number(_ keys: Key...) -> Int64? {
            keys.lazy.compactMap { (try? container.decodeIfPresent(Number.self, forKey: $0))?.value }.first
        }
        var found = StreamStatistics()
        found.status = try? container.decodeIfPresent(String.self, forKey: .status)
        found.peers = number(.peers).map(Int.init)
        found.speedDown = number(.speedDown, .otherSpeedDown).map(Int.init)
        found.speedUp = number(.speedUp, .otherSpeedUp).map(Int.init)
        found.downloaded = number(.downloaded)
        found.uploaded = number(.uploaded)
        found.isLive = number(.isLive).map { $0 != 0 }
        found.livePosition = Self.position(container)
        statistics = found
    }

    private static func position(_ container: KeyedDecodingContainer<Key>) -> LivePosition? {
        guard let nested = try? container.nestedContainer(keyedBy: PositionKey.self, forKey: .livepos) else {
            return nil
        }
        func number(_ keys: PositionKey...) -> Int64? {
            keys.lazy.compactMap { (try? nested.decodeIfPresent(Number.self, forKey: $0))?.value }.first
        }
        let found = LivePosition(
            position: number(.pos), first: number(.liveFirst, .firstTime, .first),
            last: number(.liveLast, .lastTime, .last), bufferPieces: number(.bufferPieces))
        return found == LivePosition() ? nil : found
    }
}
