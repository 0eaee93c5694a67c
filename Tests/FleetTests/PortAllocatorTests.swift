import Fleet
import Testing

@Suite struct PortAllocatorTests {
    @Test func givesEveryPortOnceAndThenNone() {
        var ports = PortAllocator(range: 100...104)
        let given = (1...6).map { _ in ports.allocate() }
        #expect(given == [100, 101, 102, 103, 104, nil])
    }

    @Test func releasedPortIsGivenAgainAfterTheOthers() {
        var ports = PortAllocator(range: 100...102)
        _ = ports.allocate()
        ports.release(100)
        #expect((1...4).map { _ in ports.allocate() } == [101, 102, 100, nil])
    }

    @Test func portsInUseElsewhereAreNotGiven() {
        var ports = PortAllocator(range: 100...102)
        ports.synchronize(inUse: [100, 101, 4000])
        #expect(ports.allocate() == 102)
        #expect(ports.allocate() == nil)
        ports.synchronize(inUse: [])
        #expect(ports.allocate() != nil)
    }
}
