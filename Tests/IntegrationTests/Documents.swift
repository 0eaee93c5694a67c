/// The parts of the services' documents that the tests read.
enum Documents {
    struct Engine: Decodable, Sendable {
        var containerId: String
        var host: String
        var port: Int
        var streams: [String]
        var healthStatus: String
        var leases: Int

        var isHealthy: Bool { healthStatus == "healthy" }
        var isFree: Bool { isHealthy && streams.isEmpty && leases == 0 }
    }

    struct Stream: Decodable, Sendable {
        var id: String
        var key: String
        var containerId: String
        var status: String
    }

    struct Decision: Decodable, Sendable {
        struct Inputs: Decodable, Sendable {
            var freeTarget: Int
        }

        var at: String
        var direction: String
        var inputs: Inputs
        var desired: Int
        var free: Int
        var reason: String
    }

    struct Event: Decodable, Sendable {
        var category: String
        var message: String
        var details: [String: String]
    }

    struct ProxyHealth: Decodable, Sendable {
        var status: String
        var orchestrator: String
        var fallback: Bool
    }

    /// `GET /sim/state` of a simulated engine.
    struct EngineState: Decodable, Sendable {
        var openSessions: Int
        var readers: Int
    }

    /// What the process provider keeps of an engine.
    struct EngineRecord: Decodable, Sendable {
        var id: String
        var pid: Int32
    }

    struct Validation: Decodable, Sendable {
        struct Problem: Decodable, Sendable {
            var type: String
            var loc: [String]
        }

        var detail: [Problem]
    }

    /// An answer of Prometheus to an instant query.
    struct QueryAnswer: Decodable, Sendable {
        struct Series: Decodable, Sendable {
            var metric: [String: String]
            var value: [Scalar]
        }

        struct Result: Decodable, Sendable {
            var result: [Series]
        }

        var status: String
        var data: Result?
        var error: String?
    }

    /// A time or a value: a number or its text.
    struct Scalar: Decodable, Sendable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else {
                text = String(try container.decode(Double.self))
            }
        }
    }
}
