import NIOConcurrencyHelpers

/// Output buffers that are kept between scrapes, so that a scrape allocates nothing once its buffer has grown.
///
/// Scrapes at the same time each get one of their own; two idle ones are kept.
enum ScrapeBuffers {
    private static let idle = NIOLockedValueBox<[SampleWriter]>([])

    static func withBuffer<Result>(_ body: (SampleWriter) throws -> Result) rethrows -> Result {
        let writer = idle.withLockedValue { $0.popLast() } ?? SampleWriter()
        defer {
            idle.withLockedValue { idle in
                if idle.count < 2 { idle.append(writer) }
            }
        }
        writer.reset()
        return try body(writer)
    }
}
