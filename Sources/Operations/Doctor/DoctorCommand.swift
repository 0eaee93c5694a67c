public import ArgumentParser
import Foundation
import Settings

/// `weir doctor`: one look at everything, with what to do about what is wrong.
public struct DoctorCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at the machine, Docker, the services and their data; say what is wrong.",
        discussion: """
            Changes nothing. Finds a running `weir up` by itself (.weir/run.json, WEIR_DATA); elsewhere the settings \
            of the services in the environment say where they are, or the options below.

            Exit status: 0 all is well; else the sum of 1 for warnings and, where something is critical, 2 machine, \
            ports or clocks, 4 Docker, 8 database, 16 orchestrator, engines, VPN or room for load, 32 proxy or \
            streams, 128 metrics or errors. 64 alone: called wrongly.
            """)

    @Option(help: ArgumentHelp("Before load: is there room for so many streams at once?", valueName: "streams"))
    var beforeLoad: Int?

    @Flag(help: "During load: two looks, five seconds apart.")
    var duringLoad = false

    @Flag(help: "After load: what was left over.")
    var afterLoad = false

    @Option(help: "The orchestrator's URL.") var orchestrator: String?
    @Option(help: "A proxy's URL; repeatable.") var proxy: [String] = []
    @Option(help: "Prometheus's URL.") var prometheus: String?
    @Option(help: ArgumentHelp("The Docker daemon: unix:///path or tcp://host:port.", valueName: "host"))
    var docker: String?
    @Option(help: ArgumentHelp("The orchestrator's database.", valueName: "file")) var database: String?
    @Option(help: ArgumentHelp("A log file to look for errors in; repeatable.", valueName: "file"))
    var log: [String] = []
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("What weir up has written (--json, or run.json in its data).", valueName: "file"))
    var runFile: String?
    @Flag(help: "Print one JSON object.") var json = false

    public init() {}

    public func validate() throws {
        let occasions = [beforeLoad != nil, duringLoad, afterLoad].count { $0 }
        guard occasions < 2 else { throw ValidationError("only one of --before-load, --during-load, --after-load") }
        if let beforeLoad, !(1...1_000_000).contains(beforeLoad) {
            throw ValidationError("--before-load is from 1 to 1000000 streams")
        }
    }

    public func run() async throws {
        var request = DoctorTargets.Request()
        request.run = runFile
        request.orchestrator = orchestrator
        request.proxies = proxy
        request.prometheus = prometheus
        request.docker = docker
        request.database = database
        request.logs = log
        let found = await BlockingWork.run { [request] in Self.targets(request) }
        let targets: DoctorTargets
        switch found {
        case .success(let value): targets = value
        case .failure(let error): throw ValidationError(error.description)
        }
        let occasion: Doctor.Occasion =
            beforeLoad.map { .before(streams: $0) } ?? (duringLoad ? .during : afterLoad ? .after : .any)
        let report = await Doctor(targets: targets, occasion: occasion).run()
        Output.standard(json ? report.json : report.text)
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    private static func targets(_ request: DoctorTargets.Request) -> Result<DoctorTargets, SettingsError> {
        Result { () throws(SettingsError) in
            try DoctorTargets(
                request, sources: try .ofProcess(environment: ProcessInfo.processInfo.environment),
                near: [FileManager.default.currentDirectoryPath, Place.programs])
        }
    }
}
