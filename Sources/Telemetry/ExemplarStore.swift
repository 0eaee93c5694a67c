import NIOConcurrencyHelpers

/// The exemplars of all instruments, by cell block and place: seldom written, so they are apart from the cells and
/// behind locks, several of them so that writers seldom meet.
enum ExemplarStore {
    private static let stripes = (0..<16).map { _ in NIOLockedValueBox<[Int: [Int: Exemplar]]>([:]) }

    static func keep(_ exemplar: Exemplar, block: Int, place: Int) {
        stripe(block).withLockedValue { $0[block, default: [:]][place] = exemplar }
    }

    static func exemplars(_ block: Int) -> [Int: Exemplar] {
        stripe(block).withLockedValue { $0[block] ?? [:] }
    }

    static func remove(_ block: Int) {
        stripe(block).withLockedValue { _ = $0.removeValue(forKey: block) }
    }

    private static func stripe(_ block: Int) -> NIOLockedValueBox<[Int: [Int: Exemplar]]> {
        stripes[block % stripes.count]
    }
}
