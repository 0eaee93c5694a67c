import Catalogue
import Telemetry
import Testing

@Suite struct CatalogueTests {
    private let families = ProxyFamilies.all + OrchestratorFamilies.all + [BuildInfo.info.family]

    @Test func everyFamilyMayBeRegistered() {
        #expect(families.flatMap(\.problems) == [])
    }

    @Test func noNameIsDeclaredTwice() {
        let names = families.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
