/// How far two names are from each other: letters to add, to leave out, to change or to swap with their neighbour.
enum NameDistance {
    /// The distance (Damerau and Levenshtein's, restricted to swaps of letters that stay together).
    static func between(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.utf8), Array(second.utf8))
        var before = [Int](repeating: 0, count: second.count + 1)
        var previous = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1] + previous.dropFirst()
            for column in second.indices {
                let change = previous[column] + (first[row] == second[column] ? 0 : 1)
                current[column + 1] = min(change, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    current[column + 1] = min(current[column + 1], before[column - 1] + 1)
                }
            }
            (before, previous) = (previous, current)
        }
        return previous[second.count]
    }

    /// The known name that an unknown one was probably meant to be: two mistakes in eight letters or more, one in five,
    /// or the same but for the unit or the first word.
    static func nearest(to name: String, among known: some Collection<String>) -> String? {
        let allowed = name.utf8.count >= 8 ? 2 : name.utf8.count >= 5 ? 1 : 0
        let near = known.filter { abs($0.utf8.count - name.utf8.count) <= allowed && $0.first == name.first }
        let best = near.map { (name: $0, distance: between(name, $0)) }.filter { $0.distance <= allowed }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return best?.name ?? known.sorted().first { $0 == name + "_S" || $0 + "_S" == name || $0 == "ACEXY_" + name }
    }
}
