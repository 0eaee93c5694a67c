/// A channel list to tune by: every channel has a number of its own, and a key for URLs.
public struct Lineup: Sendable {
    public struct Entry: Sendable {
        public let channel: Channel
        /// Of this channel only. Channels without one, and those whose number another had first, get the lowest free
        /// whole numbers in the list's order.
        public let number: String
        /// What names the channel in a URL: its guide id where no other channel has it, else its number.
        public let key: String
    }

    public let list: ChannelList
    public let entries: [Entry]
    private let indices: [String: Int]

    public init(_ list: ChannelList) {
        self.list = list
        var numbers: [String: Int] = [:]
        var guideIDs: [String: [Int]] = [:]
        for (index, channel) in list.channels.enumerated() {
            if let number = channel.number, numbers[number] == nil { numbers[number] = index }
            if let guideID = channel.guideID { guideIDs[guideID, default: []].append(index) }
        }
        var assigned = [String?](repeating: nil, count: list.channels.count)
        for (number, index) in numbers { assigned[index] = number }
        var next = 1
        for index in assigned.indices where assigned[index] == nil {
            while numbers[String(next)] != nil { next += 1 }
            assigned[index] = String(next)
            numbers[String(next)] = index
        }
        entries = zip(list.channels, assigned).map { channel, number in
            let number = number ?? ""
            let guideID = channel.guideID.flatMap { guideIDs[$0]?.count == 1 && numbers[$0] == nil ? $0 : nil }
            return Entry(channel: channel, number: number, key: guideID ?? number)
        }
        indices = guideIDs.compactMapValues(\.first).merging(numbers) { _, number in number }
    }

    /// The channel with this number or guide id. Where one channel's guide id is another's number, the number counts.
    public subscript(key: String) -> Entry? {
        indices[key].map { entries[$0] }
    }
}
