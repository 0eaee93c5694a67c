/// What the children of a family are: how one is made, and how it is exposed.
@usableFromInline
protocol Instrument: Sendable {
    associatedtype Cells: Sendable

    func makeCells(_ family: FamilyState) -> Cells
    /// Where a child's cells begin.
    func offset(of cells: Cells) -> Int
    func page(
        _ family: MetricFamily, _ children: [Child<Cells>], _ style: PageStyle, _ state: FamilyState
    ) -> any FamilyPage
    /// One value for each series; a state set has several.
    func snapshot(_ child: Child<Cells>, _ shards: Shards.List, now: Int64) -> [ChildSnapshot]
}
