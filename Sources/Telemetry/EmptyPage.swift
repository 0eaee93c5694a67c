/// A family that a format cannot show.
struct EmptyPage: FamilyPage {
    var seriesCount: Int { 0 }

    func write(from start: Int, to writer: ScrapeWriter, limit: Int) -> Int? { nil }
}
