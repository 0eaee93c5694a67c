/// Random input for what reads bytes from outside: it may refuse them, but neither trap nor take long.
public enum Fuzz {
    /// Calls `body` with new seeds until ``TestLength/fuzzDuration`` is over, and prints the first seed before, so that
    /// even a trap can be repeated with `WEIR_SEED`.
    /// - Returns: how many inputs there were, and how long the slowest took.
    public static func run(
        _ what: String, _ body: (_ seed: UInt64, _ random: inout SeededGenerator) throws -> Void
    ) rethrows -> (inputs: Int, slowest: Duration) {
        var seed = TestLength.seed
        print("\(what): begins with WEIR_SEED=\(seed)")
        let begin = ContinuousClock.now
        var inputs = 0
        var slowest = Duration.zero
        while begin.duration(to: .now) < TestLength.fuzzDuration {
            var random = SeededGenerator(seed: seed)
            let start = ContinuousClock.now
            try body(seed, &random)
            slowest = max(slowest, start.duration(to: .now))
            inputs += 1
            seed &+= 1
        }
        let rate = Int(Double(inputs) / (begin.duration(to: .now) / .seconds(1)))
        print("\(what): \(inputs) inputs, \(rate) a second, slowest \(slowest)")
        return (inputs, slowest)
    }

    /// Some of `pieces` in any order, with random bytes in between.
    public static func bytes(
        of pieces: [String], upTo limit: Int = 24, _ random: inout SeededGenerator
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...limit, using: &random) {
            if Int.random(in: 0..<6, using: &random) == 0 {
                bytes.append(.random(in: 0...255, using: &random))
            } else {
                bytes += (pieces.randomElement(using: &random) ?? "").utf8
            }
        }
        return bytes
    }

    /// Changes, removes, repeats and inserts a few bytes.
    public static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 0...6, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, index + Int.random(in: 1...200, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = .random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(index..<end)
            case 3: bytes.insert(contentsOf: bytes[index..<end], at: index)
            default: bytes.insert(.random(in: 0...255, using: &random), at: index)
            }
        }
    }
}
