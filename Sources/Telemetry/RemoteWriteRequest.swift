/// One POST to a remote write receiver.
public struct RemoteWriteRequest: Sendable {
    /// A `prometheus.WriteRequest` as one snappy block.
    public let body: [UInt8]

    /// What the protocol asks for, besides what the sender adds for itself (authorization).
    public var headers: [(name: String, value: String)] {
        [
            ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
            ("X-Prometheus-Remote-Write-Version", "0.1.0"), ("User-Agent", userAgent),
        ]
    }

    let userAgent: String
}
