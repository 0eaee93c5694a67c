/// One exposition of a registry, handed out piece by piece.
///
/// Not for several threads at once; a registry may have any number of scrapes going on.
public struct Scrape: ~Copyable {
    /// A piece is handed out when it has reached this length, in bytes. It is longer by at most one child's lines; a
    /// protobuf family of histograms is put together whole, because its length stands before it, and then cut.
    public static let pieceLength = 64 << 10

    private let registry: Registry
    private let request: ScrapeRequest
    private let families: [Registry.Entry]
    private let writer: ScrapeWriter
    private let gzip: GzipStream?
    private let started = ContinuousClock.now
    /// Time spent writing, without what the reader of the pieces took.
    private var duration = Duration.zero
    private var page: (any FamilyPage)?
    private var place = 0
    private var next = 0
    private var isComplete = false
    /// Bytes handed out so far.
    public private(set) var byteCount = 0
    private var seriesCount = 0

    init(_ registry: Registry, _ request: ScrapeRequest, _ families: [Registry.Entry]) {
        self.registry = registry
        self.request = request
        self.families = families
        writer = ScrapeWriters.take()
        writer.shards = Shards.all()
        writer.now = WallClock.milliseconds()
        gzip = request.isGzipped && GzipStream.isAvailable ? GzipStream() : nil
    }

    deinit {
        ScrapeWriters.giveBack(writer)
    }

    /// Hands the next piece to `body`, which must not keep it. False when there is none any more.
    ///
    /// - Throws: ``ScrapeTimeout`` when the time that the request allows has passed. What has been handed out then is
    ///   an incomplete exposition: the answer must be broken off.
    public mutating func nextPiece(_ body: (UnsafeRawBufferPointer) -> Void) throws(ScrapeTimeout) -> Bool {
        while !isComplete {
            if let timeout = request.timeout, ContinuousClock.now - started > timeout {
                isComplete = true
                throw ScrapeTimeout(allowed: timeout)
            }
            let begun = ContinuousClock.now
            writer.reset()
            fill()
            let bytes = gzip.map { $0.compress(writer.bytes, isLast: isComplete) } ?? writer.bytes
            byteCount += bytes.count
            duration += ContinuousClock.now - begun
            if isComplete { noteCost() }
            if bytes.isEmpty { continue }
            for start in stride(from: 0, to: bytes.count, by: Self.pieceLength * 2) {
                let end = min(start + Self.pieceLength * 2, bytes.count)
                body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            }
            return true
        }
        return false
    }

    private func noteCost() {
        registry.note(request.format, byteCount, seriesCount: seriesCount, duration: duration)
    }

    /// Writes until a piece is full or nothing is left.
    private mutating func fill() {
        while writer.count < Self.pieceLength {
            guard let page else {
                guard next < families.count else {
                    if request.format == .openMetrics || request.format == .openMetrics2 { writer.append("# EOF\n") }
                    isComplete = true
                    return
                }
                page = families[next].children.page(request.style)
                next += 1
                place = 0
                continue
            }
            if let more = page.write(from: place, to: writer, limit: Self.pieceLength) {
                place = more
            } else {
                seriesCount += page.seriesCount
                self.page = nil
            }
        }
    }
}

/// A scrape took longer than its request allows.
public struct ScrapeTimeout: Error, Hashable, CustomStringConvertible {
    public let allowed: Duration

    public var description: String { "the exposition was not ready within \(allowed)" }
}
