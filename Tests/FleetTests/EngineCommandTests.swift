import Fleet
import Testing

@Suite struct EngineCommandTests {
    @Test func thePathOfAnEnginesCommandURLIsTaken() {
        let hash = String(repeating: "0a", count: 20)
        #expect(EngineCommand(url: "http://h:6878/ace/cmd/\(hash)/\(hash)")?.path == "/ace/cmd/\(hash)/\(hash)")
        #expect(EngineCommand(url: "http://10.0.0.1/ace/cmd/a/b")?.path == "/ace/cmd/a/b")
    }

    @Test(arguments: [
        "", "/ace/cmd/a/b", "https://h/ace/cmd/a/b", "http://h", "http://h/", "http://h/ace/cmd/a",
        "ftp://h/ace/cmd/a/b",
        "http://h/ace/cmd/a/b/c", "http://h/ace/cmd//b", "http://h/ace/cmd/a/b?method=x", "http://h/ace/cmd/../b",
        "http://h/ace/cmd/a/b#c", "http://h/ace/cmd/a/b%2f", "http://h/ace/cmd/a/b c", "http://h/x/ace/cmd/a/b",
        "http://h/ace/stat/a/b", "http://h/ace/cmd/a/é", "http://h/ace/cmd/a/b\r\nX: y",
        "http://h/ace/cmd/a/" + String(repeating: "b", count: 600),
    ])
    func whatIsNoneIsRefused(url: String) {
        #expect(EngineCommand(url: url) == nil)
    }
}
