import Foundation
import Logging
import ProxyService
import ServiceLifecycle
import Settings
import UnixSignals

/// The proxy as a program. Its flags are those of the proxies it replaces, which no option parser of today takes.
@main
enum WeirProxy {
    /// Exit code of a program that was called wrongly (sysexits.h).
    private static let usageError: Int32 = 64

    static func main() async {
        let arguments = ProxyArguments(Array(CommandLine.arguments.dropFirst()))
        switch arguments.request {
        case .run: break
        case .help: return print(ProxyArguments.help, terminator: "")
        case .license: return print(License.text)
        case .version: return print(ProxyServer.version)
        }
        let settings: ProxySettings
        do {
            settings = try read(arguments)
        } catch {
            let lines = error.problems.map { "Error: \($0)\n" }.joined()
            FileHandle.standardError.write(Data(lines.utf8))
            exit(usageError)
        }
        let (format, level) = (settings.logFormat, LogLevelSwitch(settings.logLevel))
        LoggingSystem.bootstrap { format.handler(label: $0, level: level) }
        let logger = Logger(label: "weir-proxy")
        for notice in settings.notices { logger.warning("\(notice)") }
        DescriptorLimit.raise()
        do {
            let server = try ProxyServer(settings: settings, logger: logger)
            server.collectLibraryMetrics()
            try await server.bind()
            let services = ServiceGroup(
                services: [server.reload(logLevel: level) { try read(arguments) }] + server.services,
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            try await services.run()
        } catch {
            logger.critical("\(error)")
            exit(EXIT_FAILURE)
        }
    }

    /// The environment, the file that `WEIR_CONFIG` names, and the flags.
    private static func read(_ arguments: ProxyArguments) throws(SettingsError) -> ProxySettings {
        try ProxySettings(
            sources: .ofProcess(environment: ProcessInfo.processInfo.environment), arguments: arguments)
    }
}
