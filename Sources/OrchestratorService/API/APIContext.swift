import Hummingbird

/// What accompanies a request through the API.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: Source) {
        coreContext = .init(source: source)
    }

    /// Bodies larger than this are answered with 413.
    var maxUploadSize: Int { 1 << 20 }
}
