import Foundation

/// Everything that is decided and written before the first program starts.
struct Preparation: Sendable {
    let blueprint: Blueprint
    let sweep: Sweep
    let ffmpeg: String
    /// Healthy engines that the orchestrator must have to count as ready.
    let enginesAtStart: Int
    private let lock: StateLock

    /// Takes the lock, ends what a killed run left, checks tools and ports, renders the files. Blocks.
    init(options: UpOptions, environment: [String: String]) throws(ApplianceError) {
        let state = StateDirectory(path: options.dataDirectory)
        let tools = try Tools.locate(
            binaryDirectory: options.binaryDirectory, path: environment["PATH"] ?? "/usr/bin:/bin")
        try state.create()
        lock = try StateLock(state)
        let identity = try SecretFile.loadOrCreate(state.identity)
        sweep = Sweep(mark: "\(Sweep.variable)=\(identity)")
        sweep.run(patience: .seconds(4), limit: .seconds(8))
        let endpoints = Endpoints(ports: try LoopbackPorts.resolve(options.ports))
        // A table of an earlier run must not pass for this one.
        unlink(state.runFile)
        if let json = options.jsonPath { unlink(json) }
        let key = try SecretFile.loadOrCreate(state.apiKey)
        ffmpeg = tools["ffmpeg"] ?? "ffmpeg"
        let minimum = environment["MIN_REPLICAS"].flatMap(Int.init) ?? 2
        enginesAtStart = min(2, max(0, minimum))
        blueprint = Blueprint(
            state: state, endpoints: endpoints, tools: tools, apiKey: key, mark: (Sweep.variable, identity),
            environment: environment, deadKeys: options.isDemo ? [DemoChannels.dead] : [])
        try Self.render(
            options,
            RenderedConfiguration(
                endpoints: endpoints, rulesPath: options.projectDirectory + "/alerts/rules/*.yml", apiKey: key), state)
    }

    private static func render(
        _ options: UpOptions, _ rendered: RenderedConfiguration, _ state: StateDirectory
    ) throws(ApplianceError) {
        let shipped = try read(options.projectDirectory + "/deploy/prometheus.yml")
        try SecretFile.write(try rendered.prometheus(from: shipped), to: state.prometheusConfiguration)
        let alerting = try read(options.projectDirectory + "/alerts/alertmanager.yml")
        try SecretFile.write(try rendered.alertmanager(from: alerting), to: state.alertmanagerConfiguration)
    }

    private static func read(_ path: String) throws(ApplianceError) -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ApplianceError("cannot read \(path)")
        }
        return text
    }
}
