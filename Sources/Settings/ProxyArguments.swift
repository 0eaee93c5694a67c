/// weir-proxy's command line: the flags of both earlier proxies, written as Go's flag package takes them
/// (`-x value`, `-x=value`, with one dash or two; `-x` alone for a switch).
///
/// Every flag stands for a variable that ``ProxySettings`` reads, and wins over it.
public struct ProxyArguments: Sendable, Hashable {
    /// What the program is asked to do.
    public enum Request: Sendable, Hashable {
        case run
        case help
        case license
        case version
    }

    /// One flag with all its spellings.
    public struct Flag: Sendable, Hashable {
        /// Without dashes; the first is the one that help shows first.
        public let names: [String]
        /// The variable it stands for.
        public let variable: String
        /// Whether it may stand without a value.
        public let isSwitch: Bool
        public let meaning: String

        init(_ names: String..., variable: String, isSwitch: Bool = false, meaning: String) {
            self.names = names
            self.variable = variable
            self.isSwitch = isSwitch
            self.meaning = meaning
        }
    }

    public static let flags = [
        Flag("addr", variable: "ACEXY_LISTEN_ADDR", meaning: "address to listen on: host:port or :port"),
        Flag("scheme", variable: "ACEXY_SCHEME", meaning: "how engines are spoken to: http"),
        Flag("acestream-host", "host", variable: "ACEXY_HOST", meaning: "host of the static engine"),
        Flag("acestream-port", "port", variable: "ACEXY_PORT", meaning: "port of the static engine"),
        Flag("m3u8", variable: "ACEXY_M3U8", isSwitch: true, meaning: "answer /ace/getstream with HLS"),
        Flag(
            "m3u8-stream-timeout", "timeout", variable: "ACEXY_M3U8_STREAM_TIMEOUT",
            meaning: "how long an HLS session goes on without a request"),
        Flag(
            "empty-timeout", "emptyTimeout", variable: "ACEXY_EMPTY_TIMEOUT",
            meaning: "how long a stream may be without bytes"),
        Flag("buffer-size", "buffer", variable: "ACEXY_BUFFER_SIZE", meaning: "memory of a session: 4MB, 4.2MiB"),
        Flag(
            "no-response-timeout", "noResponseTimeout", variable: "ACEXY_NO_RESPONSE_TIMEOUT",
            meaning: "how long a start may take until its first byte"),
        Flag(
            "maxStreamsPerEngine", variable: "ACEXY_MAX_STREAMS_PER_ENGINE",
            meaning: "streams of an engine, with an orchestrator that has no leases"),
    ]

    public private(set) var request = Request.run
    /// By the variables they stand for. Of a flag that is given twice the last value counts.
    private(set) var values: [String: SettingsReader.Override] = [:]
    /// What cannot be understood, one sentence each.
    public private(set) var problems: [String] = []

    /// No arguments.
    public init() {}

    /// - Parameter arguments: without the program's name.
    public init(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), argument.count > 1, argument != "--" else {
                for text in argument == "--" ? rest : [argument] + rest {
                    problems.append("\"\(text)\" stands where a flag is expected")
                }
                return
            }
            let parts = argument.drop { $0 == "-" }.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = argument.hasPrefix("---") ? "" : parts.first.map(String.init) ?? ""
            take(name, of: argument, value: parts.count > 1 ? String(parts[1]) : nil, from: &rest)
        }
    }

    private mutating func take(
        _ name: String, of argument: String, value: String?, from rest: inout ArraySlice<String>
    ) {
        switch name {
        case "help", "h": request = .help
        case "license": request = .license
        case "version": request = .version
        default:
            guard let flag = Self.flags.first(where: { $0.names.contains(name) }) else {
                problems.append("\(argument) is no flag of this program; -help lists them")
                return
            }
            guard let text = value ?? (flag.isSwitch ? "true" : rest.popFirst()) else {
                problems.append("-\(name) needs a value")
                return
            }
            values[flag.variable] = SettingsReader.Override(flag: "-\(name)", text: text)
        }
    }

    /// What `-help` prints.
    public static var help: String {
        let lines = flags.map { flag in
            let names = flag.names.map { "-\($0)" }.joined(separator: ", ")
            return "  \(names)\(flag.isSwitch ? "" : " value")\n        \(flag.meaning) (\(flag.variable))\n"
        }
        return """
            Usage: weir-proxy [flags]

            One engine session for any number of viewers of an AceStream stream. A flag wins over the environment
            variable in parentheses; the README has the whole table.

            \(lines.joined())  -license, -version, -help
                    print the licence, the version, this text

            """
    }
}
