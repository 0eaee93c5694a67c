/// The answer of `GET /containers/NAME/stats`.
struct DockerStatistics: Sendable, Decodable {
    var processor: Processor?
    var memory: Memory?
    var networks: [String: Network]?
    var blocks: Blocks?

    enum CodingKeys: String, CodingKey {
        case processor = "cpu_stats"
        case memory = "memory_stats"
        case networks
        case blocks = "blkio_stats"
    }

    struct Processor: Sendable, Decodable {
        var usage: Usage

        struct Usage: Sendable, Decodable {
            var nanoseconds: UInt64

            enum CodingKeys: String, CodingKey { case nanoseconds = "total_usage" }
        }

        enum CodingKeys: String, CodingKey { case usage = "cpu_usage" }
    }

    struct Memory: Sendable, Decodable {
        var usage: Int64?
        var limit: Int64?
        var details: Details?

        /// Names of the first and of the second version of control groups.
        struct Details: Sendable, Decodable {
            var totalInactiveFile: Int64?
            var inactiveFile: Int64?

            enum CodingKeys: String, CodingKey {
                case totalInactiveFile = "total_inactive_file"
                case inactiveFile = "inactive_file"
            }
        }

        enum CodingKeys: String, CodingKey {
            case usage
            case limit
            case details = "stats"
        }

        /// Without files that the kernel can forget at any time.
        var used: Int64 {
            max(0, (usage ?? 0) - (details?.totalInactiveFile ?? details?.inactiveFile ?? 0))
        }
    }

    struct Network: Sendable, Decodable {
        var received: Int64
        var sent: Int64

        enum CodingKeys: String, CodingKey {
            case received = "rx_bytes"
            case sent = "tx_bytes"
        }
    }

    struct Blocks: Sendable, Decodable {
        var entries: [Entry]?

        struct Entry: Sendable, Decodable {
            var operation: String
            var value: Int64

            enum CodingKeys: String, CodingKey {
                case operation = "op"
                case value
            }
        }

        enum CodingKeys: String, CodingKey { case entries = "io_service_bytes_recursive" }

        func total(_ operation: String) -> Int64 {
            (entries ?? []).filter { $0.operation.lowercased() == operation }.reduce(0) { $0 + $1.value }
        }
    }
}
