import Hummingbird
import NIOCore

/// What accompanies a request through the API.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The key that the request was let in with; nil where none was needed.
    var keyName: KeyRing.Name?
    private let channel: any Channel

    init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Bodies larger than this are answered with 413.
    var maxUploadSize: Int { 1 << 20 }

    /// The address at the other end of the connection.
    var peerAddress: String { channel.remoteAddress?.ipAddress ?? "" }
}
