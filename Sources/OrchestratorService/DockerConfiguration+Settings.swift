import Providers
import Settings

extension DockerConfiguration {
    /// What the settings say of containers.
    init(_ settings: OrchestratorSettings) {
        let docker = settings.docker
        self.init()
        daemon =
            switch docker.host {
            case .unix(let path): .unix(path: path)
            case .tcp(let host, let port): .tcp(host: host, port: port)
            }
        timeout = docker.timeout
        label = OrchestratorConfiguration(settings).label
        network = docker.network
        image = EngineImage(
            name: docker.image, variant: docker.isImageNamed ? nil : docker.variant.rawValue,
            style: docker.isImageNamed ? .environment : docker.variant.style)
        engineParameters = docker.engineParameters
        allowedImages = docker.allowedImages
        publishAddress = docker.publishAddress
        engineHost = docker.engineHost
        firstHTTPPort = settings.portRange.lowerBound
        httpsPorts = docker.httpsPorts
        publishesHTTPS = docker.publishesHTTPS
        limits.memoryBytes = docker.memoryBytes.map(Int64.init)
        limits.processes = docker.processLimit.map(Int64.init)
        limits.cpus = docker.cpus
        dropsCapabilities = docker.dropsCapabilities
        gracePeriod = docker.stopTimeout
    }
}

extension SwarmConfiguration {
    /// What the settings say of services.
    init(_ settings: OrchestratorSettings) {
        let swarm = settings.swarm
        self.init(containers: DockerConfiguration(settings))
        constraints = swarm.constraints
        spreadOver = swarm.spreadOver
        reservedMemoryBytes = swarm.reservedMemoryBytes.map(Int64.init)
        reservedCPUs = swarm.reservedCPUs
        startTimeout = settings.startupTimeout
        reschedulingTimeout = swarm.reschedulingTimeout
    }
}

extension EngineVariant {
    var style: EngineImage.Style {
        switch self {
        case .krinkuto11AMD64: .environment
        case .jopsisAMD64:
            .arguments(variable: "ACESTREAM_ARGS", base: "--client-console --bind-all --live-cache-type memory")
        case .jopsisARM32, .jopsisARM64:
            .command(["python", "main.py", "--bind-all", "--client-console", "--live-cache-type", "memory"])
        }
    }
}
