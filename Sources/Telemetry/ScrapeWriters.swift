import NIOConcurrencyHelpers

/// Output buffers that are kept between scrapes, so that a scrape allocates nothing once its buffer has grown.
///
/// Scrapes at the same time each get one of their own; two idle ones are kept.
enum ScrapeWriters {
    private static let idle = NIOLockedValueBox<[ScrapeWriter]>([])

    static func take() -> ScrapeWriter {
        let writer = idle.withLockedValue { $0.popLast() } ?? ScrapeWriter()
        writer.reset()
        return writer
    }

    static func giveBack(_ writer: ScrapeWriter) {
        idle.withLockedValue { idle in
            if idle.count < 2 { idle.append(writer) }
        }
    }
}
