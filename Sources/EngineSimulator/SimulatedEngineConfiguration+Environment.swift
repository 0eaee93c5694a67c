import Foundation

extension SimulatedEngineConfiguration {
    /// Address and port as this process's environment tells them to the engine in a container image.
    public static var ofEnvironment: Self { Self(environment: ProcessInfo.processInfo.environment) }

    /// Address and port as variables tell them to the engine in a container image: the flags `--http-port` and
    /// `--bind-all` of `CONF`, or `HTTP_PORT` and `BIND_ALL`. Port 6878 and this machine only without them.
    public init(environment: [String: String]) {
        self.init()
        let words = (environment["CONF"] ?? "").split(whereSeparator: \.isWhitespace)
        var ports = environment["HTTP_PORT"].map { [Int($0)] } ?? []
        for (index, word) in words.enumerated() {
            if word.hasPrefix("--http-port=") { ports.append(Int(word.dropFirst("--http-port=".count))) }
            if word == "--http-port" { ports.append(words.dropFirst(index + 1).first.flatMap { Int($0) }) }
        }
        port = ports.compactMap(\.self).last { (1...65535).contains($0) } ?? 6878
        let bindsAll = ["true", "1", "yes", "on"].contains(environment["BIND_ALL"]?.lowercased())
        if bindsAll || words.contains("--bind-all") { host = "0.0.0.0" }
    }
}
