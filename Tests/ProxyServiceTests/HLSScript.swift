import EngineSimulator
import Foundation
import Outbound
import Playlist
import ProxyService
import Testing

/// An engine that delivers HLS, and what players get of it through a proxy.
enum HLSScript {
    /// The playlist of a target, and the addresses of what it lists.
    static func playlist(_ target: String, _ fixture: ProxyFixture) async throws -> HLSPlaylist {
        let response = try await fixture.get(target)
        try #require(response.status == 200, "\(response.text)")
        #expect(response.header("Content-Type") == "application/vnd.apple.mpegurl")
        #expect(response.header("Cache-Control") == "no-store")
        #expect(!response.text.contains("://"))
        if fixture.enginePort > 1 { #expect(!response.text.contains("\(fixture.enginePort)")) }
        return try HLSReader.read(response.body)
    }

    static let segmentBytes: [UInt8] = (0..<188 * 50).map {
        $0 % 188 == 0 ? 0x47 : UInt8(truncatingIfNeeded: $0)
    }

    /// A live playlist of three segments, with the numbers from `first` on.
    static func live(from first: Int, host: String = "") -> PlaylistEngine.Reply {
        let entries = (first..<first + 3).map { "#EXTINF:2,\n\(host)/ace/c/abc/\($0).ts?token=a%20b\n" }
        return .text(
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:\(first)\n\(entries.joined())")
    }

    /// Serves a live playlist and its segments.
    static func script(
        _ playlist: @escaping @Sendable (Int) -> PlaylistEngine.Reply = { _ in live(from: 7) }
    ) -> @Sendable (String, Int) -> PlaylistEngine.Reply {
        { target, before in
            target.hasPrefix("/ace/m/") ? playlist(before) : .segment(segmentBytes)
        }
    }

    static func run(
        _ script: @escaping @Sendable (String, Int) -> PlaylistEngine.Reply, environment: [String: String] = [:],
        _ body: (ProxyFixture, PlaylistEngine) async throws -> Void
    ) async throws {
        let engine = try await PlaylistEngine(script)
        let unused = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        try await ProxyFixture.run(engine: unused, port: engine.port, environment: environment) { fixture in
            try await body(fixture, engine)
        }
        try await engine.stop()
    }
}

extension HLSPlaylist.Resource {
    /// What the proxy calls it, without what the player has named the content by.
    var path: Substring { reference.prefix { $0 != "?" } }
}

extension Sequence where Self: Sendable {
    /// One after the other.
    func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
