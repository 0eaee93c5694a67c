import Testing

/// The rules of the house, held against this repository.
@Suite struct RepositoryTests {
    let repository: Repository
    let swift: [(path: String, text: String)]

    init() throws {
        repository = try Repository()
        swift = repository.files(under: "Sources", "Tests", suffix: ".swift")
        try #require(swift.count > 20)
    }

    @Test func layersImportOnlyDownwards() {
        expectNone(swift.flatMap(LayerRule.violations))
    }

    @Test func theTopLevelIsTheAgreedOne() {
        expectNone(ShapeRule.topLevelViolations(paths: repository.paths))
    }

    @Test func filesAreNamedAfterTheirType() {
        expectNone(swift.flatMap(ShapeRule.nameViolations))
    }

    @Test func linesFitTheColumns() {
        expectNone(swift.flatMap(ShapeRule.columnViolations))
    }

    @Test func programsOnlyPutPartsTogether() {
        expectNone(ShapeRule.programViolations(files: swift))
    }

    @Test func nothingIsLeftUnfinished() {
        let texts = repository.paths.compactMap { path in repository.text(path).map { (path: path, text: $0) } }
        expectNone(texts.flatMap(WordingRule.unfinishedViolations))
    }

    @Test func failuresAreHandledAndInterfacesPublic() {
        expectNone(swift.flatMap(WordingRule.hastyViolations))
    }

    @Test func uncheckedSendabilityIsExplained() {
        expectNone(swift.flatMap(WordingRule.uncheckedViolations))
    }

    @Test func nobodyIsResumedUnderALock() {
        expectNone(swift.filter { $0.path.hasPrefix("Sources/") }.flatMap(LockRule.violations))
    }

    @Test func alertsHaveRunbooksAndRuleTests() throws {
        let tested = try repository.files(under: "alerts/tests", suffix: ".yml")
            .reduce(into: Set<String>()) { $0.formUnion(try AlertRule.testedAlerts(text: $1.text)) }
        expectNone(
            try repository.files(under: "alerts/rules", suffix: ".yml").flatMap {
                try AlertRule.violations(path: $0.path, text: $0.text, paths: Set(repository.paths), tested: tested)
            })
    }

    /// Needs Debian's protobuf-c-compiler, which deploy/test installs.
    @Test func protobufCodeIsThatOfItsDescription() throws {
        let generated = try GeneratedCode(root: repository.root)
        #expect(generated.files.count == 4)
        for (path, content) in generated.files.sorted(by: { $0.key < $1.key }) {
            #expect(repository.text(path) == String(decoding: content, as: UTF8.self), "\(path) is out of date")
        }
    }

    private func expectNone(_ violations: [Violation], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(violations.isEmpty, "\(violations.listed)", sourceLocation: sourceLocation)
    }
}
