public import ArgumentParser
import Outbound

/// `weir probe URL`: one request, for health checks of images that have no shell and no curl.
public struct ProbeCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Ask a URL once: exit status 0 when it answers 200 to 299, else 1.")

    @Argument(help: "An http:// or https:// URL.")
    var url: String

    @Option(help: ArgumentHelp("Seconds to wait for the whole answer.", valueName: "seconds"))
    var timeout: Double = 5

    @Flag(help: "Print nothing.")
    var quiet = false

    public init() {}

    public func validate() throws {
        guard (0.1...600).contains(timeout) else { throw ValidationError("--timeout is from 0.1 to 600 seconds") }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ValidationError("\(url) is no http:// or https:// URL")
        }
    }

    public func run() async throws {
        let client = OutboundClient()
        defer { client.shutDown() }
        let outcome: (isFine: Bool, text: String)
        do {
            let answer = try await client.send(OutboundRequest("GET", url, timeout: .seconds(timeout)))
            outcome = ((200..<300).contains(answer.status), "\(url) answers \(answer.status)")
        } catch {
            outcome = (false, "\(url): \(error.message)")
        }
        if !quiet { outcome.isFine ? Output.standard(outcome.text) : Output.error(outcome.text) }
        guard outcome.isFine else { throw ExitCode.failure }
    }
}
