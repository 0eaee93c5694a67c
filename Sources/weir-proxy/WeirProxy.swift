import ArgumentParser
import Foundation
import Logging
import ProxyService
import ServiceLifecycle
import Settings
import UnixSignals

@main
struct WeirProxy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir-proxy",
        abstract: "One engine session for any number of viewers of an AceStream stream.",
        discussion: "Settings are read from environment variables; see the README for the table.",
        version: ProxyServer.version)

    func run() async throws {
        let settings: ProxySettings
        do {
            settings = try ProxySettings(environment: ProcessInfo.processInfo.environment)
        } catch {
            throw ValidationError(error.description)
        }
        let (format, level) = (settings.logFormat, settings.logLevel)
        LoggingSystem.bootstrap { format.handler(label: $0, level: level) }
        let logger = Logger(label: "weir-proxy")
        DescriptorLimit.raise()
        do {
            let server = try ProxyServer(settings: settings, logger: logger)
            server.collectLibraryMetrics()
            try await server.bind()
            let services = ServiceGroup(
                services: server.services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            try await services.run()
        } catch {
            logger.critical("\(error)")
            throw ExitCode.failure
        }
    }
}
