internal import Catalogue

extension DockerProvider {
    public func run(_ request: ContainerRequest) async throws(ProviderError) -> (id: String, name: String) {
        try ContainerName.validate(request.name)
        var specification = try ContainerSpecification(
            image: request.image ?? configuration.image.name, configuration)
        specification.environment = request.environment
        specification.labels = configuration.marked(request.labels)
        for (inside, outside) in request.ports {
            guard Self.isPort(inside), (0...65535).contains(outside) else {
                throw ProviderError(
                    code: .refused,
                    message: "the port \(inside.debugDescription): \(outside) is not like \"40001/tcp\": 19001")
            }
        }
        specification.publish(request.ports, on: configuration.publishAddress)
        return (try await launch(specification, name: request.name).id, request.name)
    }

    public func inspect(_ id: String) async throws(ProviderError) -> ContainerDetails? {
        guard let container = try await find(id), configuration.isOurs(container.config.labels ?? [:]) else {
            return nil
        }
        return container.details
    }

    public func containers(labeled key: String, value: String) async throws(ProviderError) -> [ContainerDetails] {
        try await listed(label: key, value: value).map(\.details)
    }

    public func health(ofContainer name: String) async throws(ProviderError) -> ContainerHealth? {
        try await find(name)?.health
    }

    public func restart(container name: String) async throws(ProviderError) {
        try ContainerName.validate(name)
        let grace = Duration.seconds(10)
        let answer = try await api.send(
            .containerRestart, "POST", "/containers/\(name)/restart", query: [("t", "\(grace.components.seconds)")],
            extra: grace)
        guard answer.isSuccess else { throw answer.failure("restart the container \(name)") }
    }

    private static func isPort(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Int(parts[0]) else { return false }
        return (1...65535).contains(port) && ["tcp", "udp"].contains(parts[1])
    }
}
