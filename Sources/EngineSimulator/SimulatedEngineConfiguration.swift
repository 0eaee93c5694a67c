/// What a simulated engine is and does.
public struct SimulatedEngineConfiguration: Sendable {
    /// How a playback response ends.
    public enum Transfer: String, CaseIterable, Sendable {
        /// By closing the connection, as older engines do.
        case close
        /// By the last chunk.
        case chunked
    }

    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port to listen on; 0: any free one.
    public var port = 0
    /// A transport stream file to play in an endless loop; nil: a generated stream.
    public var source: String?
    /// The generated stream's bitrate in bit/s.
    public var bitrate: UInt64 = 4_000_000
    /// The name reported by `GET /sim/state`.
    public var name = "weir-engine"
    /// The engine version reported to clients.
    public var version = "3.1.70"
    /// How playback responses are framed.
    public var transfer = Transfer.close
    /// The seed of everything random.
    public var seed: UInt64 = 1
    /// The initial temper.
    public var temper = Temper()
    /// Bytes that may wait for one reader before it is dropped.
    public var maxBufferedBytes = 4 << 20
    /// Nanoseconds after which a session without reader is dropped.
    public var idleTimeout: UInt64 = 60_000_000_000
    /// What a crash does; the default closes every connection and the listener without a word.
    public var crash: (@Sendable () -> Void)?

    public init() {}

    /// The bitrate that a text such as `800k`, `4M` or `2500000` stands for, in bit/s; nil when it is none.
    public static func bitrate(parsing text: String) -> UInt64? {
        let factors: [Character: Double] = ["k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6, "g": 1e9, "G": 1e9]
        let factor = text.last.flatMap { factors[$0] }
        guard let value = Double(factor == nil ? text[...] : text.dropLast()), (0...1e12).contains(value) else {
            return nil
        }
        return UInt64(value * (factor ?? 1))
    }
}
