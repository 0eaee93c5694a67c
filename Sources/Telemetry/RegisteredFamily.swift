/// A family's children, whatever their labels and kind.
protocol RegisteredFamily: AnyObject, Sendable {
    /// Everything of the family's exposition that does not change from scrape to scrape.
    func page(_ style: PageStyle) -> any FamilyPage
    /// All children as values; `now` in milliseconds since the Unix epoch.
    func snapshot(_ shards: Shards.List, now: Int64) -> FamilySnapshot
    var losses: FamilyLosses { get }
}

/// What a family refused or left out so far.
struct FamilyLosses {
    let family: MetricFamily
    /// Whether the family's labels can have values that nobody knew beforehand.
    let isOpen: Bool
    let droppedSeries: Int
    let truncatedLabelValues: Int
    let nonFinite: Int
}
