import Foundation
import Logging
import Telemetry
import TestSupport
import Testing

@Suite struct JSONLogHandlerTests {
    private struct Failure: Error, CustomStringConvertible {
        let description = "it broke"
    }

    private let lines = LogLines()

    @Test func aLineHasTheStableKeys() throws {
        lines.logger.warning(
            "hello \"you\"", metadata: ["b": ["1", "\(2)"], "a": ["x": "y"], "n": .stringConvertible(3)])
        let line = lines.last
        let time = try #require(line.firstMatch(of: #/^{"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)",/#))
        let date = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(String(time.1))
        #expect(abs(date.timeIntervalSinceNow) < 5)
        #expect(
            line.hasSuffix(
                #","level":"warning","logger":"test","message":"hello \"you\"","#
                    + #""metadata":{"a":{"x":"y"},"b":["1","2"],"n":"3"}}"#))
        #expect(lines.raw.last?.last == UInt8(ascii: "\n"))
        lines.logger.info("bare")
        #expect(try lines.lastObject().keys.sorted() == ["level", "logger", "message", "time"])
    }

    @Test func theLevelDecidesWhatIsWritten() {
        var logger = lines.logger
        logger.logLevel = .error
        logger.warning("no")
        #expect(lines.raw.isEmpty)
        logger.error("yes")
        #expect(lines.raw.count == 1)
    }

    @Test func aLineCarriesTheTraceItWasWrittenFor() throws {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        TraceContext.$current.withValue(TraceContext(traceparent: text)) { lines.logger.info("in") }
        let object = try lines.lastObject()
        #expect(object["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(object["span_id"] as? String == "00f067aa0ba902b7")
    }

    @Test func anErrorHasItsOwnKey() throws {
        lines.logger.error("no", metadata: ["error": "why", "code": "7"])
        var object = try lines.lastObject()
        #expect(object["error"] as? String == "why")
        #expect(object["metadata"] as? [String: String] == ["code": "7"])
        lines.logger.error("no", error: Failure())
        object = try lines.lastObject()
        #expect(object["error"] as? String == "it broke")
        #expect(object["metadata"] == nil)
    }

    @Test func droppedLinesAreTold() throws {
        let line = Data(JSONLogHandler.dropNotice(7))
        let object = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        #expect(object["level"] as? String == "warning")
        #expect(object["metadata"] as? [String: String] == ["dropped_lines": "7"])
    }

    @Test func metadataOfHandlerProviderAndCallAreMerged() throws {
        let logged = LogLines()
        var logger = logged.logger
        logger[metadataKey: "a"] = "handler"
        logger[metadataKey: "b"] = "handler"
        logger.info("x", metadata: ["b": "call"])
        #expect(try logged.lastObject()["metadata"] as? [String: String] == ["a": "handler", "b": "call"])
    }

    @Test func controlCharactersAndLineSeparatorsAreEscaped() throws {
        let text = "\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1b}\u{1f}\"\\/\u{7f}\u{85}\u{a0}é\u{2028}\u{2029}😀"
        lines.logger.info("\(text)")
        #expect(try lines.lastObject()["message"] as? String == text)
        #expect(
            lines.last.contains(
                #"\u0000\b\t\n\u000b\f\r\u001b\u001f\"\\/\u007f\u0085"# + "\u{a0}é" + #"\u2028\u2029"# + "😀"))
    }

    @Test(arguments: [
        "authorization", "Authorization", "x-api-key", "X-API-Key", "api_key", "apiKey", "orch_api_key", "token",
        "accessToken", "password", "db.password", "client-secret", "Cookie", "set-cookie",
    ])
    func metadataNamedAsASecretIsLeftOut(key: String) throws {
        for value: Logger.MetadataValue in ["hunter2", ["hunter2"], ["a": "hunter2"], .stringConvertible("hunter2")] {
            lines.logger.info("x", metadata: [key: value, "deep": [[key: value]], "content": "abc"])
            #expect(!lines.last.contains("hunter2"))
            let metadata = try #require(try lines.lastObject()["metadata"] as? [String: Any])
            #expect(metadata[key] as? String == "[redacted]")
            #expect(metadata["content"] as? String == "abc")
        }
    }

    @Test(arguments: [
        ("got Authorization: Bearer abc.DEF-1_~+/=, then", "got Authorization: [redacted], then"),
        ("sent bearer hunter2 to", "sent bearer [redacted] to"),
        ("BEARER\t hunter2", "BEARER\t [redacted]"),
        ("http://h/p?x=1&api_key=hunter2&y=2#f", "http://h/p?x=1&api_key=[redacted]&y=2#f"),
        ("/p?token=hunter2", "/p?token=[redacted]"),
        ("ACEXY_ORCH_APIKEY=hunter2 weir-proxy", "ACEXY_ORCH_APIKEY=[redacted] weir-proxy"),
        (#"{"api_key" : "hun\"ter2","n":1}"#, #"{"api_key" : "[redacted]","n":1}"#),
        (#"{\"password\":\"hunter2\",\"n\":1}"#, #"{\"password\":\"[redacted]","n":1}"#),
        ("Set-Cookie: sid=hunter2; Path=/\r\nHost: h", "Set-Cookie: [redacted]\r\nHost: h"),
        ("http://me:hunter2@host:8000/x@y", "http://[redacted]@host:8000/x@y"),
        ("token='hunter2 and more' n=1", "token='[redacted]' n=1"),
    ])
    func secretsInTextsAreLeftOut(text: String, shown: String) throws {
        for _ in 0..<2 {
            lines.logger.info("\(text)", metadata: ["note": "\(text)"])
            #expect(!lines.last.contains("hunter2"))
        }
        let message = try #require(try lines.lastObject()["message"] as? String)
        if !text.contains(#"\"password\""#) { #expect(message == shown) }
        #expect(message.contains("[redacted]"))
    }

    @Test(arguments: [
        "the engine answered with status 500: no peers", "token bucket is empty", "a=b&c=d", "12:30:00", "bearer",
        "http://127.0.0.1:8000/engines?id=1", "api_key=", "é=ü token",
    ])
    func othersTextsStayAsTheyAre(text: String) throws {
        lines.logger.info("\(text)")
        #expect(try lines.lastObject()["message"] as? String == text)
    }

    @Test func aLongLineIsCutAndStaysValid() throws {
        let long = String(repeating: "é\"\u{1}😀", count: 30_000)
        let nested = (0..<100).reduce(Logger.MetadataValue.string("x")) { value, _ in ["k": [value]] }
        let cases: [(Logger.Message, Logger.Metadata)] = [
            ("\(long)", [:]), ("m", ["a": "\(long)", "z": "1"]), ("\(long)", ["error": "\(long)", "z": "1"]),
            ("m", Dictionary(uniqueKeysWithValues: (0..<20_000).map { ("key\($0)", "v") })), ("m", ["\(long)": "v"]),
            ("m", ["list": .array(Array(repeating: "é", count: 50_000))]), ("m", ["deep": nested]),
        ]
        for (message, metadata) in cases {
            TraceContext.$current.withValue(TraceContext(traceIDHigh: 1, traceIDLow: 2, spanID: 3, isSampled: true)) {
                lines.logger.info(message, metadata: metadata)
            }
            let object = try lines.lastObject()
            #expect(object["truncated"] as? Bool == true)
            #expect(object["trace_id"] as? String == "00000000000000010000000000000002")
            #expect(object["message"] != nil)
            #expect(lines.raw.last?.count ?? 0 <= JSONLogHandler.maximumLineBytes)
        }
        lines.logger.info("\(String(repeating: "x", count: 50_000))")
        #expect(try lines.lastObject()["truncated"] == nil)
    }

    @Test func anyMetadataMakesALineThatAnotherReaderReads() throws {
        var generator = SeededGenerator(seed: 99)
        for round in 0..<3000 {
            let size = round % 50 == 0 ? 4000 : 8
            let message = Self.text(size, &generator)
            var metadata: Logger.Metadata = [:]
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                metadata[Self.text(6, &generator)] = Self.value(size, depth: 3, &generator)
            }
            lines.logger.info("\(message)", metadata: metadata)
            let object = try lines.lastObject()
            let inner = object["metadata"] as? [String: Any] ?? [:]
            if object["truncated"] == nil {
                #expect(inner.count + (object["error"] == nil ? 0 : 1) == metadata.count)
            }
            #expect(lines.raw.last.map { $0.filter { $0 < 0x20 } } == [UInt8(ascii: "\n")])
        }
    }

    private static func text(_ length: Int, _ generator: inout SeededGenerator) -> String {
        let parts = ["token", "=", ":", "\"", "\\", " ", "Bearer ", "&", "://", "@", "'", ",", "}", "key", "error"]
        return (0..<Int.random(in: 0...length, using: &generator)).reduce(into: "") { text, _ in
            if Bool.random(using: &generator), let part = parts.randomElement(using: &generator) {
                text += part
            } else {
                let limit: UInt32 = [0x30, 0x100, 0x2100, 0x11_0000].randomElement(using: &generator) ?? 0x30
                text.unicodeScalars.append(Unicode.Scalar(.random(in: 0..<limit, using: &generator)) ?? "?")
            }
        }
    }

    private static func value(_ size: Int, depth: Int, _ generator: inout SeededGenerator) -> Logger.MetadataValue {
        switch depth > 0 ? Int.random(in: 0...3, using: &generator) : 0 {
        case 1:
            return .array(
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in value(size, depth: depth - 1, &generator) })
        case 2:
            var members: Logger.Metadata = [:]
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                members[text(6, &generator)] = value(size, depth: depth - 1, &generator)
            }
            return .dictionary(members)
        case 3: return .stringConvertible(Double.random(in: -1e9...1e9, using: &generator))
        default: return .string(text(size, &generator))
        }
    }
}
