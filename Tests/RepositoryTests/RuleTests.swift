import Testing

/// Each rule finds what it is for and lets pass what is right.
@Suite struct RuleTests {
    @Test(arguments: [
        ("Sources/Fleet/A.swift", "// x\nimport Storage", 2, "Fleet imports Storage; it may import no other room"),
        ("Sources/Scaling/A.swift", "import Fleet", 1, "Scaling imports Fleet; it may import Objectives"),
        (
            "Sources/Fleet/A.swift", "import Foundation", 1,
            "Fleet imports Foundation; a domain room imports nothing from outside"
        ),
        (
            "Sources/TransportStream/A.swift", "internal import struct Glibc.stat", 1,
            "TransportStream imports Glibc; a domain room imports nothing from outside"
        ),
        (
            "Sources/Outbound/A.swift", "@preconcurrency public import Settings", 1,
            "Outbound imports Settings; it may import CLibcurl, CLinux"
        ),
        ("Sources/Attic/A.swift", "", 1, "Attic is not a room of the house"),
    ])
    func findsImportsThatPointUpwards(path: String, text: String, line: Int, message: String) {
        let expected = Violation(path: path, line: line, message: message)
        #expect(LayerRule.violations(path: path, text: text) == [expected])
    }

    @Test(arguments: [
        ("Sources/Scaling/A.swift", "public import Objectives"),
        ("Sources/ProxyService/A.swift", "import CLinux\nimport Fleet\nimport Outbound\nimport NIOCore"),
        ("Sources/weir-proxy/A.swift", "import ProxyService"),
        ("Sources/Fleet/A.swift", "// import Foundation\nlet important = 1"),
        ("Tests/FleetTests/A.swift", "import Foundation"),
    ])
    func letsImportsThatPointDownwardsPass(path: String, text: String) {
        #expect(LayerRule.violations(path: path, text: text).isEmpty)
    }

    @Test func servicesCannotImportEachOther() {
        #expect(
            LayerRule.violations(path: "Sources/ProxyService/A.swift", text: "import OrchestratorService").count == 1)
        #expect(LayerRule.violations(path: "Sources/Observatory/A.swift", text: "import Outbound").count == 1)
    }

    @Test func findsStrayFilesAtTheTop() {
        let paths = [
            ".gitignore", ".ci/run", "Package.swift", "README.md", "notes.txt", "Sources/A/B.swift", "docs/x.md",
        ]
        #expect(ShapeRule.topLevelViolations(paths: paths).map(\.path) == ["docs", "notes.txt"])
    }

    @Test(arguments: [
        ("Engine.swift", "struct Engines {}", "the file declares no type Engine"),
        ("Engine.swift", "// struct Engine", "the file declares no type Engine"),
        ("Engine+JSON.swift", "struct Engine {}", "the file does not extend Engine"),
    ])
    func findsMisnamedFiles(name: String, text: String, message: String) {
        #expect(
            ShapeRule.nameViolations(path: "Sources/X/\(name)", text: text)
                == [Violation(path: "Sources/X/\(name)", line: 1, message: message)])
    }

    @Test(arguments: [
        ("Engine.swift", "public final class Engine: Sendable {}"),
        ("Engine.swift", "@Suite struct Engine {}"),
        ("String.swift", "extension Swift.String {}"),
        ("Engine+JSON.swift", "import X\nextension Fleet.Engine: Codable {}"),
    ])
    func letsWellNamedFilesPass(name: String, text: String) {
        #expect(ShapeRule.nameViolations(path: "Sources/X/\(name)", text: text).isEmpty)
    }

    @Test func findsLongLines() {
        let text = String(repeating: "a", count: 120) + "\n" + String(repeating: "é", count: 121)
        #expect(
            ShapeRule.columnViolations(path: "a", text: text)
                == [Violation(path: "a", line: 2, message: "121 columns, 120 are allowed")])
    }

    @Test func findsProgramsThatDoTooMuch() {
        let sixty = String(repeating: "x\n", count: 60)
        let files = [
            (path: "Sources/weir/A.swift", text: sixty), (path: "Sources/weir/B.swift", text: sixty + "x"),
            (path: "Sources/weir-proxy/A.swift", text: sixty), (path: "Sources/Fleet/A.swift", text: sixty + sixty),
        ]
        #expect(
            ShapeRule.programViolations(files: files)
                == [
                    Violation(
                        path: "Sources/weir/B.swift", line: 61, message: "weir has 121 lines, a program may have 100")
                ])
        let hundred = String(repeating: "x\n", count: 100)
        #expect(ShapeRule.programViolations(files: [("Sources/weir/A.swift", hundred)]).isEmpty)
    }

    @Test func findsUnfinishedWork() {
        let word = WordingRule.unfinished[0]
        let violations = WordingRule.unfinishedViolations(path: "a", text: "x\n# \(word): more\n\(word)S my\(word)")
        #expect(violations.map(\.line) == [2])
    }

    @Test(arguments: WordingRule.hasty)
    func findsHastyCode(word: String) {
        #expect(WordingRule.hastyViolations(path: "a", text: "\n  let x = \(word) y").map(\.line) == [2])
        #expect(WordingRule.hastyViolations(path: "a", text: "x\(word)").isEmpty)
        #expect(WordingRule.hastyViolations(path: "a", text: "try? a as? b").isEmpty)
    }

    @Test func findsUnexplainedSendability() {
        let declaration = "final class A: \(WordingRule.unchecked) {"
        #expect(WordingRule.uncheckedViolations(path: "a", text: "\n\(declaration)").map(\.line) == [2])
        #expect(WordingRule.uncheckedViolations(path: "a", text: "// Protected by lock.\n\(declaration)").isEmpty)
        #expect(WordingRule.uncheckedViolations(path: "a", text: "\(declaration) // by its event loop").isEmpty)
    }

    @Test func findsContinuationsResumedUnderALock() {
        let text = "box.withLockedValue { box in\n  if true { box.next() }\n  waiting?.resume()\n}"
        #expect(LockRule.violations(path: "a", text: text).map(\.line) == [3])
        #expect(LockRule.violations(path: "a", text: "box.withLockedValue { $0.take() }?.resume()").isEmpty)
    }

    @Test func findsAlertsWithoutRunbookOrTest() throws {
        let text = """
            groups:
              - name: a
                rules:
                  - record: x
                    expr: y
                  - alert: Known
                    expr: z
                  - alert: Lonely
                    expr: z
            """
        let tested = try AlertRule.testedAlerts(
            text: "tests:\n  - alert_rule_test:\n      - eval_time: 1m\n        alertname: Known\n")
        #expect(tested == ["Known"])
        let paths: Set = ["alerts/runbooks/Known.md"]
        #expect(
            try AlertRule.violations(path: "r.yml", text: text, paths: paths, tested: tested)
                == [
                    Violation(path: "r.yml", line: 8, message: "Lonely has no alerts/runbooks/Lonely.md"),
                    Violation(path: "r.yml", line: 8, message: "Lonely is in no file of alerts/tests"),
                ])
        #expect(try AlertRule.violations(path: "r.yml", text: "a: 1", paths: [], tested: []).count == 1)
    }

    @Test func aViolationSaysWhere() {
        #expect([Violation(path: "a/b", line: 3, message: "bad")].listed == "a/b:3: bad")
    }
}
