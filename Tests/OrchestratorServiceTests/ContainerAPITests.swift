import Foundation
import Providers
import Testing

/// Containers by the API: with a provider that has none, and with one that has.
@Suite struct ContainerAPITests {
    private struct Container: Decodable {
        var id: String
        var name: String
        var image: String
        var created: String
        var status: String
        var labels: [String: String]
        var ports: [String: [[String: String]]]
    }

    @Test func enginesAreFoundByIdAndName() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream", #"{"labels":{"a":"b"}}"#).status == 200)
                let engine = try #require(engines.running.first)
                for name in [engine.id, engine.name] {
                    let container = try await client.get("/containers/\(name)").decoded(Container.self)
                    #expect(container.id == engine.id)
                    #expect(container.name == engine.name)
                    #expect(container.image == "fake")
                    #expect(container.status == "running")
                    #expect(container.labels["a"] == "b")
                    let port = "\(engine.httpPort)"
                    #expect(container.ports == ["\(port)/tcp": [["HostIp": "127.0.0.1", "HostPort": port]]])
                }
                let found = try await client.get("/by-label?key=a&value=b", headers: Self.bearer)
                #expect(try found.decoded([Container].self).map(\.id) == [engine.id])
                #expect(try await client.get("/by-label?key=a&value=c", headers: Self.bearer).text == "[]")
                #expect(try await client.get("/by-label?key=a&value=b").status == 401)
                let missing = try await client.get("/by-label?key=a", headers: Self.bearer)
                #expect(missing.status == 422)
                #expect(missing.text.contains(#""loc":["query","value"]"#))
                let unknown = try await client.get("/containers/none")
                #expect(unknown.status == 404)
                #expect(unknown.text == #"{"detail":"container not found"}"#)
                #expect(try await client.delete("/containers/none").text == #"{"detail":"container not found"}"#)
                let deleted = try await client.delete("/containers/\(engine.name)")
                #expect(deleted.text == #"{"deleted":"\#(engine.id)"}"#)
                #expect(engines.running.isEmpty)
                let refused = try await client.post("/provision", "{}")
                #expect(refused.status == 501)
                #expect(refused.text.contains(#""code":"containers_unsupported""#))
            }
        }
    }

    @Test func otherContainersAreRunUnderNumberedNames() async throws {
        let body = #"""
            {"image":"x:1","env":{"A":"1"},"labels":{"l":"v"},"ports":{"40001/tcp":19001,"40002/udp":0}}
            """#
        try await withFolder { folder async throws in
            let containers = FakeContainers()
            containers.reserve("svc-3")
            try await withOrchestrator(provider: containers, folder: folder) { client async throws in
                let first = try await client.post("/provision", body)
                #expect(first.status == 200)
                // The highest name it can see is that of nobody; the taken ones it learns of by trying.
                #expect(first.text == #"{"container_id":"c-svc-1","container_name":"svc-1"}"#)
                let names = try await (0..<2).asyncMap { _ in try await client.post("/provision", "{}").text }
                #expect(names == [2, 4].map { #"{"container_id":"c-svc-\#($0)","container_name":"svc-\#($0)"}"# })
                let other = try await client.post("/provision", #"{"name_prefix":"vpn"}"#)
                #expect(other.text == #"{"container_id":"c-vpn-1","container_name":"vpn-1"}"#)
                let wanted = try #require(containers.requests.first)
                #expect(wanted.image == "x:1")
                #expect(wanted.environment == ["A": "1"])
                #expect(wanted.labels == ["l": "v", "orchestrator.managed": "acestream"])
                #expect(wanted.ports == ["40001/tcp": 19001, "40002/udp": 0])
                let shown = try await client.get("/containers/svc-1").decoded(Container.self)
                #expect(shown.id == "c-svc-1")
                #expect(shown.status == "created")
                #expect(shown.ports == ["40001/tcp": [["HostIp": "127.0.0.1", "HostPort": "19001"]]])
                #expect(try await client.delete("/containers/svc-1").text == #"{"deleted":"c-svc-1"}"#)
                #expect(try await client.get("/containers/svc-1").status == 404)
                let metrics = try await client.get("/metrics").text
                #expect(metrics.contains("\norch_provision_total{kind=\"generic\"} 4\n"))
                #expect(try await client.get("/events?category=container").text.contains("svc-1 started"))
                containers.refuse(ProviderError(code: .unavailable, message: "no space left"))
                let failed = try await client.post("/provision", "{}")
                #expect(failed.status == 500)
                #expect(failed.text.contains("no space left"))
                let unreachable = try await client.get("/containers/svc-2")
                #expect(unreachable.status == 503)
                #expect(unreachable.text.contains(#""code":"provider_unavailable""#))
            }
        }
    }

    @Test(arguments: [
        (#"{"ports":{"x/tcp":1}}"#, "x/tcp"), (#"{"ports":{"1/tcp":70000}}"#, "1/tcp"), (#"{"ports":[]}"#, "ports"),
        (#"{"name_prefix":"-a"}"#, "name_prefix"), (#"{"name_prefix":""}"#, "name_prefix"),
        (#"{"env":{"":"x"}}"#, "env"),
        (#"{"image":1}"#, "image"), (#"{"labels":{"a":1}}"#, "labels"), ("[]", "body"),
    ])
    func whatCannotBeAContainerIsRefused(body: String, field: String) async throws {
        try await withFolder { folder async throws in
            let containers = FakeContainers()
            try await withOrchestrator(provider: containers, folder: folder) { client async throws in
                let answer = try await client.post("/provision", body)
                #expect(answer.status == 422)
                #expect(answer.text.contains("\"\(field)\""), "\(answer.text)")
                #expect(containers.requests.isEmpty)
            }
        }
    }

    private static let bearer: [(name: String, value: String)] = [("Authorization", "Bearer \(TestClient.key)")]
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
