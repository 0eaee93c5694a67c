import ProxyService
import Testing

@Suite struct SegmentCacheTests {
    @Test func whatWasUnusedForLongestGivesWay() {
        var cache = SegmentCache<Int, String>(byteLimit: 100)
        for key in 0..<3 { cache.insert("\(key)", byteCount: 30, for: key) }
        #expect(cache.value(for: 0) == "0")
        cache.insert("3", byteCount: 30, for: 3)
        #expect(cache.value(for: 1) == nil)
        #expect(cache.value(for: 0) == "0")
        #expect(cache.byteCount == 90)
        #expect(cache.evictions == 1)
        cache.insert("4", byteCount: 101, for: 4)
        #expect(cache.value(for: 4) == nil)
        #expect(cache.count == 3)
        cache.insert("5", byteCount: 100, for: 5)
        #expect(cache.count == 1)
        #expect(cache.byteCount == 100)
        cache.insert("6", byteCount: 10, for: 5)
        #expect(cache.value(for: 5) == "6")
        #expect(cache.byteCount == 10)
        cache.removeAll { $0 == 5 }
        #expect(cache.byteCount == 0)
    }

    @Test func theNumberIsBoundedToo() {
        var cache = SegmentCache<Int, Int>(byteLimit: 100)
        let most = SegmentCache<Int, Int>.maximumCount
        for key in 0..<most + 10 { cache.insert(key, byteCount: 0, for: key) }
        #expect(cache.count == most)
        #expect(cache.value(for: 0) == nil)
        #expect(cache.value(for: most + 9) == most + 9)
    }
}
