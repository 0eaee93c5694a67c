import Fleet
import Providers

extension ContainerDetails {
    /// What is known of an engine that is no container.
    init(_ engine: Engine) {
        let port = engine.endpoint.port
        self.init(
            id: engine.id, name: engine.name, image: engine.image,
            createdAtMilliseconds: engine.firstSeen.milliseconds, status: "running", labels: engine.labels,
            ports: ["\(port)/tcp": [PublishedPort(address: engine.endpoint.host, port: port)]])
    }

    /// A container as the API shows it.
    var document: JSONValue {
        [
            "id": .string(id),
            "name": .string(name),
            "image": .string(image),
            "created": .string(RFC3339.text(Timestamp(milliseconds: createdAtMilliseconds))),
            "status": .string(status),
            "labels": .object(labels.mapValues(JSONValue.string)),
            "ports": .object(
                ports.mapValues { published in
                    .array(published.map { ["HostIp": .string($0.address), "HostPort": .string("\($0.port)")] })
                }),
        ]
    }
}
