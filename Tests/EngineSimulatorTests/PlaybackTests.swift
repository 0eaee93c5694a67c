import EngineSimulator
import Foundation
import Testing
import TransportStream

@Suite struct PlaybackTests {
    private func sequences(_ bytes: [UInt8]) -> [UInt64] {
        stride(from: 0, to: bytes.count - 187, by: 188).compactMap {
            ProbePacket.parse(bytes[$0..<$0 + 188])?.sequence
        }
    }

    @Test func aSessionStartsAtTheBeginningAndLosesNothing() async throws {
        try await EngineFixture.run { engine in
            let session = try await engine.open("id=abc")
            let player = try await engine.play(session)
            let bytes = try await player.read(188 * 2000)
            let found = sequences(bytes)
            #expect(found == Array(0..<UInt64(found.count)))
            #expect(found.count > 1980)
            let late = try await engine.play(session)
            let position = try #require(sequences(try await late.read(188 * 100)).first)
            #expect(position > 1900)
            try await engine.wait { $0.readers == 2 && $0.sessions.count == 1 }
        }
    }

    @Test func marksTellTheSendTime() async throws {
        try await EngineFixture.run { engine in
            let player = try await engine.play(try await engine.open("id=abc"))
            let bytes = try await player.read(188 * 300)
            let times = stride(from: 0, to: bytes.count, by: 188).compactMap {
                ProbePacket.parse(bytes[$0..<$0 + 188])?.sendTimeNanoseconds
            }
            #expect(times == times.sorted())
            let now = DispatchTime.now().uptimeNanoseconds
            #expect(times.allSatisfy { $0 <= now && now - $0 < 10_000_000_000 })
        }
    }

    @Test(arguments: [SimulatedEngineConfiguration.Transfer.close, .chunked])
    func playbackEndsWithTheSession(transfer: SimulatedEngineConfiguration.Transfer) async throws {
        try await EngineFixture.run({ $0.transfer = transfer }) { engine in
            let session = try await engine.open("id=abc")
            let client = try TestClient(port: engine.port)
            let head = try await client.request(session["playback_url"] ?? "", headers: ["Connection: close"])
            #expect(head.header("Content-Type") == "video/MP2T")
            #expect(head.header("Transfer-Encoding") == (transfer == .chunked ? "chunked" : nil))
            _ = try await client.read(2000)
            _ = try await engine.get((session["command_url"] ?? "") + "?method=stop")
            let rest = try await client.readToEnd()
            #expect(transfer == .close || rest.suffix(5) == Array("0\r\n\r\n".utf8)[...])
            try await engine.wait { $0.readers == 0 && $0.counters.sessionsStopped == 1 }
        }
    }

    @Test func aReaderThatLeavesIsForgottenAndItsSessionExpires() async throws {
        try await EngineFixture.run({ $0.idleTimeout = 8_000_000_000 }) { engine in
            let session = try await engine.open("id=abc")
            do {
                let player = try await engine.play(session)
                _ = try await player.read(188)
            }
            try await engine.wait { $0.counters.sessionsExpired == 1 && $0.sessions.isEmpty }
        }
    }

    @Test func aReaderThatDoesNotReadIsDroppedAndHindersNobody() async throws {
        try await EngineFixture.run({
            $0.bitrate = 60_000_000
            $0.maxBufferedBytes = 24 << 20
        }) { engine in
            let session = try await engine.open("id=abc")
            let stuck = try await engine.play(session)
            let other = try await engine.play(session)
            var received = 0
            while try await engine.engine.state.counters.slowReadersClosed == 0 {
                received += try await other.read(188 * 1000).count
                try #require(received < 1 << 30)
            }
            #expect(try await engine.engine.state.readers == 1)
            _ = try await stuck.readToEnd()
        }
    }

    @Test func aPlaylistNamesSegmentsThatCanBeFetched() async throws {
        try await EngineFixture.run { engine in
            let session = try await engine.open("id=abc", path: "/ace/manifest.m3u8")
            let playlist = try await engine.get(session["playback_url"] ?? "")
            #expect(playlist.status == 200)
            let lines = playlist.text.split(separator: "\n").map(String.init)
            #expect(lines.first == "#EXTM3U")
            #expect(lines.contains("#EXT-X-TARGETDURATION:2"))
            let segments = lines.filter { !$0.hasPrefix("#") }
            #expect(segments.count >= 3)
            var next: UInt64?
            for segment in segments {
                #expect(segment.hasPrefix("http://engine.test:1234/ace/c/\(session["infohash"] ?? "")/"))
                let body = try await engine.get(String(segment.dropFirst("http://engine.test:1234".count))).body
                var scanner = RandomAccessScanner()
                body.withUnsafeBytes { scanner.scan($0, position: 0) }
                #expect(scanner.randomAccessPoints(from: 0).first == 376)
                let found = sequences(body)
                if let next { #expect(found.first == next) }
                next = found.last.map { $0 + 1 }
            }
            #expect(try await engine.get("/ace/c/\(session["infohash"] ?? "")/99999.ts").status == 404)
        }
    }

    @Test func aRecordingIsPlayedFromItsEntryPoint() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).ts")
        defer { try? FileManager.default.removeItem(at: path) }
        let stream = try #require(ProbeStream(bitrate: 1_000_000))
        var bytes = [UInt8](repeating: 0, count: Int(stream.packetsPerGroup) * 188 * 3)
        bytes.withUnsafeMutableBytes { stream.write(0..<stream.packetsPerGroup * 3, sendTime: 0, to: $0) }
        try Data(bytes).write(to: path)
        try await EngineFixture.run({ $0.source = path.path }) { engine in
            let player = try await engine.play(try await engine.open("id=abc"))
            #expect(try await player.read(188 * 100) == Array(bytes[..<(188 * 100)]))
        }
    }

    @Test func aSourceThatCannotBePlayedIsRefusedWithTheReason() {
        var configuration = SimulatedEngineConfiguration()
        configuration.source = "/nonexistent.ts"
        #expect(throws: SimulatedEngineError.source(path: "/nonexistent.ts", reason: "No such file or directory")) {
            _ = try SimulatedEngine(configuration: configuration)
        }
        configuration.source = "/etc/hostname"
        #expect(throws: SimulatedEngineError.source(path: "/etc/hostname", reason: "is not an MPEG transport stream")) {
            _ = try SimulatedEngine(configuration: configuration)
        }
    }

    @Test func aPortInUseIsReported() async throws {
        try await EngineFixture.run { engine in
            var configuration = SimulatedEngineConfiguration()
            configuration.port = engine.port
            let second = try SimulatedEngine(configuration: configuration)
            let address = "127.0.0.1:\(engine.port)"
            await #expect(throws: SimulatedEngineError.listen(address: address, reason: "Address already in use")) {
                try await second.start()
            }
            await second.stop()
        }
    }
}
