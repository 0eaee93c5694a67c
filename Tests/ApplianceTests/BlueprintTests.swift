import Appliance
import Testing

@Suite struct BlueprintTests {
    private func blueprint(_ environment: [String: String], data: String = "/data") -> Blueprint {
        Blueprint(
            state: StateDirectory(path: data),
            endpoints: Endpoints(ports: [.proxy: 1, .orchestrator: 2, .prometheus: 3, .alertmanager: 4]),
            tools: ["weir-engine": "/bin/weir-engine"], apiKey: "key", mark: ("MARK", "7"), environment: environment,
            deadKeys: ["dead"])
    }

    @Test func servicesAreWiredToEachOther() {
        let orchestrator = blueprint([:]).program(.orchestrator).environment
        #expect(orchestrator["APP_PORT"] == "2")
        #expect(orchestrator["DB_URL"] == "sqlite:////data/orchestrator.db")
        #expect(
            orchestrator["ENGINE_COMMAND"]
                == "/bin/weir-engine --port {port} --name {name} --source /data/video.ts --dead dead")
        let proxy = blueprint([:]).program(.proxy).environment
        #expect(proxy["ACEXY_ORCH_URL"] == "http://127.0.0.1:2")
        #expect(proxy["ACEXY_ORCH_APIKEY"] == orchestrator["API_KEY"])
    }

    @Test func tunablesOfTheUserWinAndWiringDoesNot() {
        let given = ["MIN_REPLICAS": "7", "APP_PORT": "99", "API_KEY": "other", "HOME": "/h"]
        let environment = blueprint(given).program(.orchestrator).environment
        #expect(environment["MIN_REPLICAS"] == "7")
        #expect(environment["MAX_REPLICAS"] == "20")
        #expect(environment["APP_PORT"] == "2")
        #expect(environment["API_KEY"] == "key")
        #expect(environment["HOME"] == "/h")
    }

    @Test(arguments: Component.allCases) func everyProgramCarriesTheMark(component: Component) {
        #expect(blueprint(["MARK": "1"]).program(component).environment["MARK"] == "7")
    }

    @Test func pathsWithBlanksAreQuoted() {
        let command = blueprint([:], data: "/my data").program(.orchestrator).environment["ENGINE_COMMAND"]
        #expect(command?.contains("--source '/my data/video.ts'") == true)
        #expect(Blueprint.quoted("it's") == #"'it'\''s'"#)
    }

    @Test func tablesAlignTheirColumns() {
        let table = StatusTable(rows: [["A", "LONG", "X"], ["ab", "b", "y"]])
        #expect(table.text == "A   LONG  X\nab  b     y")
    }
}
