import Fleet
import ProxyService
import Testing

@Suite struct InfohashMemoryTests {
    private func id(_ number: Int) -> ContentKey { ContentKey(kind: .contentID, value: "\(number)") }
    private func hash(_ number: Int) -> ContentKey { ContentKey(kind: .infohash, value: "h\(number)") }

    @Test func theOldestIsForgottenFirst() {
        var memory = InfohashMemory(limit: 3)
        for number in 0..<10 {
            memory.note(hash(number), for: id(number))
            for known in max(0, number - 2)...number { #expect(memory[id(known)] == hash(known)) }
            if number > 2 { #expect(memory[id(number - 3)] == nil) }
        }
    }

    @Test func aNameThatIsNotedAgainTakesNoSecondPlace() {
        var memory = InfohashMemory(limit: 2)
        memory.note(hash(0), for: id(0))
        for number in 1...5 { memory.note(hash(number), for: id(1)) }
        #expect(memory[id(0)] == hash(0))
        #expect(memory[id(1)] == hash(5))
    }

    @Test func onlyContentIDsOfReasonableLengthAreKept() {
        var memory = InfohashMemory()
        let names = [
            ContentKey(kind: .url, value: "http://h/"), ContentKey(kind: .magnet, value: "magnet:?x"),
            ContentKey(kind: .contentID, value: String(repeating: "a", count: 4096)),
        ]
        for name in names {
            memory.note(hash(1), for: name)
            #expect(memory[name] == nil)
        }
    }
}
