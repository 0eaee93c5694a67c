import Catalogue
import Observatory
import Telemetry
import Testing

@Suite struct MetricReferenceTests {
    @Test func everyFamilyHasOneRow() {
        let reference = MetricReference.markdown()
        for family in ProxyFamilies.all + OrchestratorFamilies.all {
            #expect(reference.split(separator: "\n").count { $0.hasPrefix("| `\(family.name)` |") } == 1)
        }
    }
}
