import NIOConcurrencyHelpers

/// The set of families that one process exposes.
///
/// Registering is done once, when the program is composed; recording goes through the handles and never touches the
/// registry. All calls are safe from any thread.
public final class Registry: Sendable {
    struct Entry {
        let family: MetricFamily
        let children: any RegisteredFamily
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// By name.
        var ordered: [Entry] = []
        var collectors: [@Sendable () -> Void] = []
        var cost: ScrapeCost?
    }

    private let state = NIOLockedValueBox(State())
    /// The families that may be registered, by name; nil: any.
    private let catalogue: [String: MetricFamily]?

    public init() {
        catalogue = nil
    }

    /// A registry for these families and no others, but for those the library itself has.
    ///
    /// - Throws: ``CatalogueError`` with everything that is wrong with the declarations.
    public init(catalogue: [MetricFamily]) throws(CatalogueError) {
        let problems = MetricFamily.problems(in: catalogue)
        guard problems.isEmpty else { throw CatalogueError(problems: problems) }
        self.catalogue = Dictionary(uniqueKeysWithValues: catalogue.map { ($0.name, $0) })
    }

    /// Runs before each exposition, to bring gauges up to date. It must not block.
    public func onCollect(_ update: @escaping @Sendable () -> Void) {
        state.withLockedValue { $0.collectors.append(update) }
    }

    /// Every registered family, by name.
    public var families: [MetricFamily] {
        state.withLockedValue { $0.ordered.map(\.family) }
    }

    /// Starts an exposition.
    public func scrape(_ request: ScrapeRequest) -> Scrape {
        let entries = collect()
        return Scrape(self, request, request.names.isEmpty ? entries : entries.filter { request.wants($0.family) })
    }

    /// The whole exposition at once; families ordered by name.
    public func exposition(_ request: ScrapeRequest) throws(ScrapeTimeout) -> [UInt8] {
        var bytes: [UInt8] = []
        var scrape = scrape(request)
        while try scrape.nextPiece({ bytes.append(contentsOf: $0) }) {}
        return bytes
    }

    /// The whole exposition at once, with what the format has when nobody asks for anything else.
    public func exposition(_ format: ExpositionFormat = .text) -> [UInt8] {
        (try? exposition(ScrapeRequest(format))) ?? []
    }

    /// What all families hold now, as values.
    public func snapshot() -> [FamilySnapshot] {
        let entries = collect()
        let shards = Shards.all()
        let now = WallClock.milliseconds()
        return entries.map { $0.children.snapshot(shards, now: now) }
    }

    /// What families refused or left out, those without loss included.
    var losses: [FamilyLosses] {
        state.withLockedValue { $0.ordered }.map { $0.children.losses }
    }

    /// Records what scrapes cost from now on.
    func keep(_ cost: ScrapeCost) {
        state.withLockedValue { $0.cost = cost }
    }

    func note(_ format: ExpositionFormat, _ byteCount: Int, seriesCount: Int, duration: Duration) {
        state.withLockedValue { $0.cost }?.record(format, byteCount, seriesCount: seriesCount, duration: duration)
    }

    /// Returns a family's children; a family that is registered already keeps those it has.
    ///
    /// - Parameter isOwn: the library's own, which no catalogue has to name.
    func register<Labels, Kind>(
        _ family: MetricFamily, known: [Labels], kind: Kind, isOwn: Bool = false
    ) -> Children<Labels, Kind> {
        if let catalogue, !isOwn {
            precondition(catalogue[family.name] == family, "\(family.name) is not in the registry's catalogue")
        } else {
            let problems = family.problems
            precondition(problems.isEmpty, problems.joined(separator: "; "))
        }
        guard let children = registerIfFree(family, known: known, kind: kind) else {
            preconditionFailure("\(family.name) is registered already with another type or other labels")
        }
        return children
    }

    /// Returns a family's children; nil when the name belongs to another family.
    func registerIfFree<Labels, Kind>(
        _ family: MetricFamily, known: [Labels], kind: Kind
    ) -> Children<Labels, Kind>? {
        state.withLockedValue { state in
            if let entry = state.entries[family.name] {
                return entry.family == family ? entry.children as? Children<Labels, Kind> : nil
            }
            let children = Children(family: family, known: known, kind: kind)
            state.entries[family.name] = Entry(family: family, children: children)
            let place = state.ordered.firstIndex { $0.family.name > family.name } ?? state.ordered.count
            state.ordered.insert(Entry(family: family, children: children), at: place)
            return children
        }
    }

    private func collect() -> [Entry] {
        let (entries, collectors) = state.withLockedValue { ($0.ordered, $0.collectors) }
        for update in collectors { update() }
        return entries
    }
}
