import Fleet
import Foundation
import Settings
import Testing

/// The flags of both earlier proxies, in every spelling.
@Suite struct ProxyArgumentsTests {
    /// Each flag with a value, and what the setting is shown as.
    static let spellings: [(flag: String, value: String, shown: String)] = [
        ("addr", "127.0.0.1:81", "127.0.0.1:81"), ("scheme", "http", "http"), ("acestream-host", "e", "e"),
        ("host", "e", "e"), ("acestream-port", "7", "7"), ("port", "7", "7"), ("m3u8", "true", "true"),
        ("m3u8-stream-timeout", "90s", "90.0 seconds"), ("timeout", "1m30s", "90.0 seconds"),
        ("empty-timeout", "2m", "120.0 seconds"), ("emptyTimeout", "2m", "120.0 seconds"),
        ("buffer-size", "4MB", "4000000"), ("buffer", "4.2MiB", "4404019"),
        ("no-response-timeout", "1.5s", "1.5 seconds"), ("noResponseTimeout", "500ms", "0.5 seconds"),
        ("maxStreamsPerEngine", "3", "3"),
    ]

    @Test func everyFlagIsTestedHere() {
        #expect(Set(Self.spellings.map(\.flag)) == Set(ProxyArguments.flags.flatMap(\.names)))
    }

    @Test(arguments: spellings.indices, ["-", "--"])
    func aFlagWinsOverTheEnvironmentInEveryForm(index: Int, dashes: String) throws {
        let (name, value, shown) = Self.spellings[index]
        let flag = try #require(ProxyArguments.flags.first { $0.names.contains(name) })
        let environment = [flag.variable: "no value that it could have", "ACEXY_ADDR": ":1", "ACEXY_BUFFER": "1"]
        var forms = [["\(dashes)\(name)=\(value)"]]
        forms.append(flag.isSwitch ? ["\(dashes)\(name)"] : ["\(dashes)\(name)", value])
        for form in forms {
            let arguments = ProxyArguments(form)
            #expect(arguments.request == .run)
            let settings = try ProxySettings(environment: environment, arguments: arguments)
            let setting = try #require(settings.effective.first { $0.name == flag.variable })
            #expect(setting.source == "-\(name)")
            #expect(setting.value == shown)
        }
    }

    @Test func flagsReachTheSettings() throws {
        let arguments = ProxyArguments([
            "-addr=:8081", "--host", "engine", "-port", "1", "-port", "6879", "-m3u8", "-timeout=5s", "-emptyTimeout",
            "20s", "-buffer", "1MiB", "-noResponseTimeout=20s",
        ])
        let settings = try ProxySettings(environment: ["ACEXY_PORT": "70000"], arguments: arguments)
        #expect(settings.listen == ListenAddress(host: "", port: 8081))
        #expect(settings.staticEngine.host == "engine")
        #expect(settings.staticEngine.port == 6879)
        #expect(settings.prefersPlaylists)
        #expect(settings.playlistTimeout == .seconds(5))
        #expect(settings.emptyTimeout == .seconds(20))
        #expect(settings.ringBytes == 1 << 20)
        #expect(settings.noResponseTimeout == .seconds(20))
        #expect(settings.notices.isEmpty)
    }

    @Test func aSwitchTakesItsValueBehindASignOnly() throws {
        let off = try ProxySettings(environment: ["ACEXY_M3U8": "1"], arguments: ProxyArguments(["-m3u8=false"]))
        #expect(!off.prefersPlaylists)
        #expect(off.notices.isEmpty)
        #expect(ProxyArguments(["-m3u8", "false"]).problems == ["\"false\" stands where a flag is expected"])
    }

    @Test func anEmptyValueCountsAsNotSet() throws {
        let arguments = ProxyArguments(["-addr=", "-port", ""])
        let settings = try ProxySettings(environment: ["ACEXY_PORT": "7"], arguments: arguments)
        #expect(settings.listen.port == 8080)
        #expect(settings.staticEngine.port == 7)
    }

    @Test func everyMistakeOfTheLineAndTheEnvironmentIsReportedAtOnce() throws {
        let arguments = ProxyArguments(["-port=x", "-speed", "-buffer-size=big", "-m3u8=maybe", "extra", "-addr"])
        let error = try #require(throws: SettingsError.self) {
            try ProxySettings(environment: ["ACEXY_EMPTY_TIMEOUT": "soon"], arguments: arguments)
        }
        let beginnings = [
            "-speed is no flag", "\"extra\" stands", "\"-addr\" stands", "-port is \"x\"",
            "ACEXY_EMPTY_TIMEOUT is \"soon\"", "-buffer-size is \"big\"", "-m3u8 is \"maybe\"",
        ]
        #expect(error.problems.count == beginnings.count)
        for (problem, beginning) in zip(error.problems, beginnings) {
            #expect(problem.hasPrefix(beginning), "\(problem)")
        }
        #expect(ProxyArguments(["-port"]).problems == ["-port needs a value"])
        #expect(ProxyArguments(["---port=1"]).problems.count == 1)
        #expect(ProxyArguments(["--", "x"]).problems == ["\"x\" stands where a flag is expected"])
    }

    @Test(arguments: [
        ("-help", ProxyArguments.Request.help), ("--help", .help), ("-h", .help), ("-license", .license),
        ("--license", .license), ("-version", .version), ("--version", .version),
    ])
    func whatOnlyPrintsIsAskedForWithOneDashOrTwo(argument: String, request: ProxyArguments.Request) {
        #expect(ProxyArguments([argument]).request == request)
    }

    @Test func helpAndTheDocumentationNameEveryFlagAndVariable() throws {
        var root = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: root.appending(path: "Package.swift").path), root.path != "/" {
            root.deleteLastPathComponent()
        }
        let table = try String(
            contentsOf: root.appending(path: "Sources/ProxyService/ProxyService.docc/Compatibility.md"), encoding: .utf8
        )
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        for flag in ProxyArguments.flags {
            for name in flag.names {
                #expect(ProxyArguments.help.contains("-\(name)"))
                #expect(table.contains("`-\(name)`"), "-\(name)")
            }
        }
        let older = ["ACEXY_ADDR", "ACEXY_BUFFER", "ACEXY_TIMEOUT", "LOG_FORMAT"]
        for name in try ProxySettings(environment: [:]).effective.map(\.name) + older {
            guard !name.hasPrefix("REMOTE_WRITE_") else { continue }
            #expect(table.contains("`\(name)`"), "\(name)")
            #expect(readme.contains("`\(name)`"), "\(name)")
        }
    }
}
