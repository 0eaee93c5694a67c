public import ArgumentParser
import Foundation
import Settings

/// `weir check-config`: what the programs would make of their settings, without starting them.
public struct CheckConfigCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Print every effective setting with its source, and what is wrong.",
        discussion: """
            Variables are those of the environment; below them stand those of --env-file, below these those of \
            --profile. Secrets are masked.

            Exit status: 0 the settings can be used, 1 they can and there are warnings, 2 they cannot.
            """)

    @Option(help: "The program: proxy or orchestrator (default: both).")
    var service: String?

    @Option(help: ArgumentHelp("A profile of deploy/profiles, or a file.", valueName: "name|file"))
    var profile: String?

    @Option(help: ArgumentHelp("A file of variables, one NAME=value a line.", valueName: "file"))
    var envFile: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    public init() {}

    public func validate() throws {
        if let service, ServiceKind(rawValue: service) == nil {
            throw ValidationError("--service is \"\(service)\"; allowed is proxy or orchestrator")
        }
    }

    public func run() async throws {
        let services = service.flatMap(ServiceKind.init).map { [$0] } ?? ServiceKind.allCases
        let (envFile, profile) = (envFile, profile)
        let report = await BlockingWork.run {
            ConfigurationReport(services: services) { () throws(SettingsError) in
                try Self.sources(envFile: envFile, profile: profile)
            }
        }
        Output.standard(json ? report.json : report.text)
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    private static func sources(envFile: String?, profile: String?) throws(SettingsError) -> SettingsSources {
        var sources = try SettingsSources.ofProcess(environment: ProcessInfo.processInfo.environment)
        if let envFile { sources.add(try EnvironmentFile(path: envFile)) }
        if let profile {
            let places = [FileManager.default.currentDirectoryPath, Place.programs]
            sources.add(try EnvironmentFile(path: try SettingsProfile.path(profile, near: places)))
        }
        return sources
    }
}
