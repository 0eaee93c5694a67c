import EngineAPI
import Fleet
import Testing

/// Engines of different versions say the same in different ways.
@Suite struct StreamStatisticsTests {
    @Test(arguments: [
        #"{"status":"dl","peers":4,"speed_down":257,"speed_up":29,"downloaded":3276800,"uploaded":491520,"is_live":1}"#,
        #"{"status":"dl","peers":"4","speedDown":"257","speedUp":29.0,"downloaded":"3276800","uploaded":491520,"#
            + #""is_live":"1"}"#,
    ])
    func numbersAndTextsInBothSpellings(response: String) throws {
        let found = try StreamStatistics(answer: Array(#"{"response":\#(response),"error":null}"#.utf8))
        #expect(
            found
                == StreamStatistics(
                    status: "dl", peers: 4, speedDown: 257, speedUp: 29, downloaded: 3_276_800, uploaded: 491_520,
                    isLive: true))
    }

    @Test(arguments: [
        (#"{"pos":"5","live_first":"1","live_last":"9","first_ts":"2","last_ts":"8","last":"7"}"#, 1, 9),
        (#"{"pos":5,"first_ts":2,"last_ts":8,"last":7}"#, 2, 8),
        (#"{"pos":5,"last":7,"live_last":null}"#, nil, 7),
    ])
    func positionsFallBack(position: String, first: Int64?, last: Int64?) throws {
        let found = try StreamStatistics(answer: Array(#"{"response":{"livepos":\#(position)}}"#.utf8))
        #expect(found.livePosition == LivePosition(position: 5, first: first, last: last))
    }

    @Test func whatIsMissingOrNonsenseIsUnknown() throws {
        let found = try StreamStatistics(answer: Array(#"{"response":{"peers":"many","livepos":{}}}"#.utf8))
        #expect(found == StreamStatistics())
    }

    @Test func aSessionThatIsGoneIsToldFromOtherErrors() throws {
        func error(_ answer: String) -> EngineError? {
            do {
                _ = try StreamStatistics(answer: Array(answer.utf8))
                return nil
            } catch { return error }
        }
        #expect(error(#"{"response":null,"error":"unknown playback session id"}"#)?.isUnknownSession == true)
        #expect(error(#"{"response":null,"error":"busy"}"#)?.isUnknownSession == false)
        #expect(error("[]")?.code == .malformedAnswer)
    }

    @Test(arguments: [
        "http://h:1/ace/stat/ab/cd?x=1", "http://h:1/ace/cmd/ab/cd", "https://h/ace/stat/ab/cd", "/ace/stat/ab/cd",
        "http://h/ace/stat/../cd", "http://h/ace/stat/ab/cd/ef", "http://h/ace/stat/ab/c%64",
    ])
    func onlyPathsAsEnginesGiveThemAreTaken(url: String) {
        #expect(EngineStatPath(url: url) == nil)
        #expect(EngineStatPath(url: "http://10.0.0.1:6878/ace/stat/ab/cd")?.path == "/ace/stat/ab/cd")
    }
}
