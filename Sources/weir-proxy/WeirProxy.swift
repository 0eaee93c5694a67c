import ArgumentParser

@main
struct WeirProxy: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "weir-proxy", version: "0.1.0")
}
