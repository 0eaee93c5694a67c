import Fleet
import Playlist
import Testing

@Suite struct LineupTests {
    private func channel(_ name: String, guideID: String? = nil, number: String? = nil) -> Channel {
        Channel(name: name, guideID: guideID, number: number, primary: ContentKey(kind: .contentID, value: name))
    }

    @Test func everyChannelHasANumberOfItsOwn() {
        let lineup = Lineup(
            ChannelList(channels: [
                channel("a"), channel("b", number: "1"), channel("c", number: "3.1"), channel("d", number: "1"),
                channel("e"),
            ]))
        #expect(lineup.entries.map(\.number) == ["2", "1", "3.1", "3", "4"])
        #expect(lineup.entries.map { lineup[$0.number]?.channel.name } == ["a", "b", "c", "d", "e"])
        #expect(lineup["5"] == nil)
    }

    @Test func keysAreGuideIDsWhereTheyNameOneChannel() {
        let lineup = Lineup(
            ChannelList(channels: [
                channel("a", guideID: "a.tv"), channel("b", guideID: "same"), channel("c", guideID: "same"),
                channel("d", guideID: "1"),
            ]))
        #expect(lineup.entries.map(\.key) == ["a.tv", "2", "3", "4"])
        #expect(lineup.entries.map { lineup[$0.key]?.channel.name } == ["a", "b", "c", "d"])
        #expect(lineup["same"]?.channel.name == "b")
    }

    @Test(arguments: ["7", "99999", "7.1", "0.123"]) func numbers(text: String) { #expect(Channel.isNumber(text)) }
    @Test(arguments: ["", ".", "7.", ".1", "100000", "7.1234", "7.1.1", "-1", "a", "٧"])
    func otherTextIsNoNumber(text: String) { #expect(!Channel.isNumber(text)) }
}
