import ProxyService
import Testing

@Suite struct ResponseHeadTests {
    private func parse(_ text: String) throws -> (head: ResponseHead, length: Int)? {
        try Array(text.utf8).withUnsafeBytes { try ResponseHead.parse($0) }
    }

    @Test func readsStatusAndFraming() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Type: video/MP2T\r\nTransfer-Encoding: Chunked\r\n\r\n"
        let parsed = try #require(try parse(text + "body"))
        #expect(parsed.head.status == 200)
        #expect(parsed.head.isChunked)
        #expect(parsed.length == text.utf8.count)
    }

    @Test func lengthIsReadAndBareLineFeedsAreAccepted() throws {
        let parsed = try #require(try parse("HTTP/1.0 302 Found\nContent-Length: 12\n\n"))
        #expect(parsed.head == (try parse("HTTP/1.0 302 Found\r\ncontent-length:12\r\n\r\n"))?.head)
        #expect(parsed.head.contentLength == 12)
    }

    @Test func anUnfinishedHeadAsksForMore() throws {
        #expect(try parse("HTTP/1.1 200 OK\r\nA: b\r\n") == nil)
    }

    @Test(arguments: [
        "<html>\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(throws: MalformedHead.self) { try parse(text) }
    }

    @Test func aHeadWithoutEndIsRefused() {
        #expect(throws: MalformedHead.self) { try parse("HTTP/1.1 200 OK\r\n" + String(repeating: "a", count: 20_000)) }
    }
}
