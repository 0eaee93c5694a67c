import Settings
import Testing

@Suite struct EnvironmentFileTests {
    @Test func linesAreReadAsDockerAndShellsReadThem() throws {
        let text = """
            # a comment

            MIN_REPLICAS=5
            export API_KEY='a # b'
              LOG_LEVEL=debug # not so loud
            ENGINE_COMMAND="engine --port {port}"  # quoted
            EMPTY=
            URL=http://h/#fragment
            """
        let file = try EnvironmentFile(path: "x.env", text: text)
        #expect(file.values["MIN_REPLICAS"] == "5")
        #expect(file.values["API_KEY"] == "a # b")
        #expect(file.values["ENGINE_COMMAND"] == "engine --port {port}")
        #expect(file.values["EMPTY"] == "")
        #expect(file.values["URL"] == "http://h/#fragment")
        #expect(file.values["LOG_LEVEL"] == "debug")
    }

    @Test func everyLineThatCannotBeUnderstoodIsNamed() throws {
        let text = "A=1\nnothing\n2B=3\nA=2\nC='open\nD=\"x\" y\n"
        let error = try #require(throws: SettingsError.self) { try EnvironmentFile(path: "x.env", text: text) }
        #expect(
            error.problems.map { $0.prefix { $0 != " " } } == [
                "x.env:2:", "x.env:3:", "x.env:4:", "x.env:5:", "x.env:6:",
            ])
        #expect(error.problems[2] == "x.env:4: A is set a second time")
    }

    @Test func aFileThatIsNotThereIsOneProblem() throws {
        let error = try #require(throws: SettingsError.self) { try EnvironmentFile(path: "/nowhere/x.env") }
        #expect(error.problems == ["/nowhere/x.env cannot be read"])
    }

    @Test func theEnvironmentWinsOverFilesAndEarlierFilesOverLater() throws {
        var sources = SettingsSources(environment: ["MIN_REPLICAS": "7", "MAX_REPLICAS": ""])
        sources.add(try EnvironmentFile(path: "a.env", text: "MIN_REPLICAS=1\nMAX_REPLICAS=30\n"))
        sources.add(try EnvironmentFile(path: "b.env", text: "MAX_REPLICAS=9\nMAX_CONCURRENT_PROVISIONS=2\n"))
        let settings = try OrchestratorSettings(sources: sources)
        #expect(settings.minReplicas == 7)
        #expect(settings.maxReplicas == 30)
        #expect(settings.maxConcurrentProvisions == 2)
        let files = Dictionary(uniqueKeysWithValues: settings.effective.map { ($0.name, $0.file) })
        #expect(files["MIN_REPLICAS"] == .some(nil))
        #expect(files["MAX_REPLICAS"] == "a.env")
        #expect(files["MAX_CONCURRENT_PROVISIONS"] == "b.env")
    }

    @Test func aMistakeInAFileNamesTheFile() throws {
        var sources = SettingsSources(environment: [:])
        sources.add(try EnvironmentFile(path: "a.env", text: "MIN_REPLICAS=many\n"))
        let error = try #require(throws: SettingsError.self) { try OrchestratorSettings(sources: sources) }
        #expect(
            error.problems
                == ["MIN_REPLICAS is \"many\" (in a.env); allowed is a whole number from 0 to 1000"])
        #expect(error.effective.contains { $0.name == "MIN_REPLICAS" && $0.isDefault })
    }

    @Test func theFileOfTheProcessIsNamedByAVariable() throws {
        let error = try #require(throws: SettingsError.self) {
            try SettingsSources.ofProcess(environment: ["WEIR_CONFIG": "/nowhere/weir.env"])
        }
        #expect(error.problems == ["/nowhere/weir.env cannot be read"])
        #expect(try SettingsSources.ofProcess(environment: ["A": "b"]).values == ["A": "b"])
    }
}
