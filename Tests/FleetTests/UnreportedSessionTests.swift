import Fleet
import Testing

/// Sessions that proxies have opened on engines and not reported as streams.
@Suite struct UnreportedSessionTests {
    private static func url(_ session: String) -> String { "http://127.0.0.1:19001/ace/cmd/abc/\(session)" }

    private static func session(_ name: String, port: Int = 19001) -> UnreportedSession {
        UnreportedSession(endpoint: EngineEndpoint(host: "localhost", port: port), commandURL: url(name))
    }

    private func fleet() -> FleetState {
        var fleet = FleetState.fixture(engines: 2, slots: 4)
        _ = fleet.expireProxies(now: .second(0))
        return fleet
    }

    private func lost(_ fleet: inout FleetState) -> [[UnreportedSession]] {
        (1...40).flatMap { fleet.expireProxies(now: .second($0)) }.compactMap { change in
            if case .proxyLost(let proxy, _, _) = change { proxy.unreported } else { nil }
        }
    }

    @Test func aLostProxyThatHeldNothingElseLeavesThemBehind() {
        var fleet = fleet()
        fleet.hear(from: "p", now: .second(0))
        fleet.note([Self.session("a"), Self.session("b")], of: "p")
        #expect(fleet.unreportedSessionCount == 2)
        #expect(lost(&fleet) == [[Self.session("a"), Self.session("b")]])
        #expect(fleet.unreportedSessionCount == 0)
    }

    @Test func whatIsNamedLastCounts() {
        var fleet = fleet()
        fleet.hear(from: "p", now: .second(0))
        fleet.note([Self.session("a")], of: "p")
        fleet.note([Self.session("b")], of: "p")
        fleet.note([Self.session("c")], of: "unknown")
        #expect(fleet.proxies["p"]?.unreported == [Self.session("b")])
        fleet.note([], of: "p")
        #expect(fleet.unreportedSessionCount == 0)
        #expect(lost(&fleet).isEmpty)
    }

    @Test func whatIsReportedIsNamedNoMoreHoweverLateASignOfLifeComes() {
        var fleet = fleet()
        fleet.hear(from: "p", now: .second(0))
        fleet.note([Self.session("a"), Self.session("b")], of: "p")
        var start = StreamStart.sample("a", engineID: "e1")
        start.commandURL = Self.url("a")
        start.proxyID = "p"
        _ = fleet.start(start, now: .second(0))
        #expect(fleet.proxies["p"]?.unreported == [Self.session("b")])
        fleet.note([Self.session("a"), Self.session("b")], of: "p")
        #expect(fleet.proxies["p"]?.unreported == [Self.session("b")])
    }

    @Test func theEngineIsOneOfTheFleet() throws {
        var fleet = fleet()
        #expect(fleet.engine(of: Self.session("a", port: 19002))?.id == "e2")
        #expect(fleet.engine(of: Self.session("a", port: 1)) == nil)
        let command = try #require(EngineCommand(url: Self.url("a")))
        #expect(!fleet.isInUse(command, on: "e1"))
        fleet.hear(from: "p", now: .second(0))
        fleet.note([Self.session("a")], of: "p")
        #expect(fleet.isInUse(command, on: "e1"))
        #expect(!fleet.isInUse(command, on: "e2"))
        _ = lost(&fleet)
        #expect(!fleet.isInUse(command, on: "e1"))
        var start = StreamStart.sample("a", engineID: "e1")
        start.commandURL = Self.url("a")
        _ = fleet.start(start, now: .second(50))
        #expect(fleet.isInUse(command, on: "e1"))
    }

    @Test func theirNumberIsBounded() {
        var fleet = fleet()
        fleet.hear(from: "p", now: .second(0))
        fleet.note((0..<600).map { Self.session("s\($0)") }, of: "p")
        #expect(fleet.unreportedSessionCount == FleetState.maxUnreportedSessions)
        #expect(fleet.proxies["p"]?.unreported.first == Self.session("s0"))
    }
}
