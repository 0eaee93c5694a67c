import Fleet
import ProxyService
import Testing

@Suite struct StreamRequestTests {
    @Test func contentIsNamedByIDOrInfohash() throws {
        #expect(try StreamRequest(query: "id=abc").content == ContentKey(kind: .contentID, value: "abc"))
        #expect(try StreamRequest(query: "infohash=abc").content == ContentKey(kind: .infohash, value: "abc"))
        #expect(try StreamRequest(query: "id=&infohash=a%20b").content == ContentKey(kind: .infohash, value: "a b"))
    }

    @Test func otherParametersArePassedThroughInOrder() throws {
        let request = try StreamRequest(query: "transcode_audio=1&id=abc&quality=1080%2B&format=json")
        #expect(request.parameters.map(\.name) == ["transcode_audio", "quality"])
        #expect(request.parameters.map(\.value) == ["1", "1080+"])
    }

    @Test(arguments: [
        ("", StreamRequest.Refusal.missing), ("id=", .missing), ("x=1", .missing), ("id=a&infohash=b", .both),
        ("id=a&pid=1", .playerID), ("pid", .playerID), ("id=%zz", .malformed), ("id=%ff", .malformed),
    ])
    func anythingElseGetsTheOldAnswer(query: String, refusal: StreamRequest.Refusal) {
        #expect(throws: refusal) { try StreamRequest(query: query) }
    }
}
