/// What the container of an engine shall be like, worked out from a request.
struct EngineContainer: Sendable, Hashable {
    /// Ports in the container's network.
    let httpPort: Int
    let httpsPort: Int
    /// Where the engine is reached.
    let host: String
    let reachedPort: Int
    let specification: ContainerSpecification

    init(_ request: EngineRequest, _ configuration: DockerConfiguration) throws(ProviderError) {
        try ContainerName.validate(request.name)
        guard (1...65535).contains(request.httpPort) else {
            throw ProviderError(code: .refused, message: "port \(request.httpPort) is not within 1–65535")
        }
        let image = request.image ?? configuration.image.name
        let flags = EngineFlags(request.environment["CONF"] ?? "")
        httpPort = flags.port("http-port") ?? request.httpPort
        httpsPort = flags.port("https-port") ?? Self.httpsPort(for: request.httpPort, configuration)
        (host, reachedPort) = Self.endpoint(
            name: request.name, httpPort: httpPort, hostPort: request.httpPort, vpnContainer: request.vpnContainer,
            configuration)
        var specification = try ContainerSpecification(image: image, configuration)
        specification.labels = Self.labels(
            request, httpPort: httpPort, httpsPort: httpsPort, configuration,
            variant: request.image == nil ? configuration.image.variant : nil)
        let style = request.image == nil ? configuration.image.style : .environment
        (specification.environment, specification.command) = Self.instructions(
            request, style, configuration.engineParameters, httpPort: httpPort, httpsPort: httpsPort)
        if let vpn = request.vpnContainer {
            try ContainerName.validate(vpn)
            specification.host.networkMode = "container:\(vpn)"
        } else {
            var ports = ["\(httpPort)/tcp": request.httpPort]
            if configuration.publishesHTTPS { ports["\(httpsPort)/tcp"] = httpsPort }
            specification.publish(ports, on: configuration.publishAddress)
        }
        // Whoever has ended is seen as ended and replaced: an engine that Docker starts again by itself has lost its
        // streams without anybody being told.
        specification.host.restartPolicy.name = "no"
        self.specification = specification
    }

    /// Where an engine is reached. With a VPN its ports are those of the VPN's container, which publishes them itself.
    static func endpoint(
        name: String, httpPort: Int, hostPort: Int, vpnContainer: String?, _ configuration: DockerConfiguration
    ) -> (host: String, port: Int) {
        switch (vpnContainer, configuration.network) {
        case (let vpn?, .some): (vpn, httpPort)
        case (.some, nil): (configuration.engineHost, httpPort)
        case (nil, .some): (name, httpPort)
        case (nil, nil): (configuration.engineHost, hostPort)
        }
    }

    /// As far from the first HTTPS port as the HTTP port is from the first of those: none is ever given twice, and none
    /// has to be given back.
    private static func httpsPort(for httpPort: Int, _ configuration: DockerConfiguration) -> Int {
        let range = configuration.httpsPorts
        let distance = (httpPort - configuration.firstHTTPPort) % range.count
        return range.lowerBound + (distance < 0 ? distance + range.count : distance)
    }

    private static func labels(
        _ request: EngineRequest, httpPort: Int, httpsPort: Int, _ configuration: DockerConfiguration, variant: String?
    ) -> [String: String] {
        var labels = request.labels
        labels["acestream.http_port"] = String(httpPort)
        labels["acestream.https_port"] = String(httpsPort)
        labels["host.http_port"] = String(request.vpnContainer == nil ? request.httpPort : httpPort)
        labels["host.https_port"] =
            configuration.publishesHTTPS && request.vpnContainer == nil ? String(httpsPort) : nil
        labels["acestream.vpn_container"] = request.vpnContainer
        labels["acestream.forwarded"] = request.forwardedPort == nil ? nil : "true"
        labels["acestream.forwarded_port"] = request.forwardedPort.map(String.init)
        if let variant { labels["acestream.engine_variant"] = variant }
        return configuration.marked(labels)
    }

    /// The environment, and the command where the image is told by it.
    private static func instructions(
        _ request: EngineRequest, _ style: EngineImage.Style, _ parameters: [String], httpPort: Int, httpsPort: Int
    ) -> (environment: [String: String], command: [String]?) {
        var environment = request.environment
        var flags = ["--http-port", "\(httpPort)", "--https-port", "\(httpsPort)"]
        if let forwarded = request.forwardedPort { flags += ["--port", "\(forwarded)"] }
        flags += parameters.flatMap { $0.split(separator: " ").map(String.init) }
        var command: [String]?
        switch style {
        case .environment:
            let lines = ["--http-port=\(httpPort)", "--https-port=\(httpsPort)", "--bind-all"] + parameters
            let conf = lines.joined(separator: "\n")
            environment.merge(["CONF": conf, "BIND_ALL": "true", "INTERNAL_BUFFERING": "60"]) { theirs, _ in theirs }
            // These three never contradict CONF.
            environment["HTTP_PORT"] = "\(httpPort)"
            environment["HTTPS_PORT"] = "\(httpsPort)"
            if let forwarded = request.forwardedPort { environment["P2P_PORT"] = "\(forwarded)" }
        case .arguments(let variable, let base):
            environment[variable] = environment[variable] ?? ([base] + flags).joined(separator: " ")
        case .command(let base):
            command = base + flags
        }
        return (environment, command)
    }
}

extension DockerConfiguration {
    /// The labels with those forced that make a container ours.
    func marked(_ labels: [String: String]) -> [String: String] {
        labels.merging([DockerProvider.mark: "true", label.key: label.value]) { _, ours in ours }
    }
}
