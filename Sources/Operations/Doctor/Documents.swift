/// The parts of answers that checks read. What an older service leaves out is nil.
enum Documents {
    struct Engine: Decodable {
        let container_id: String
        let container_name: String?
        let health_status: String
        let streams: [String]
        let leases: Int?

        var isHealthy: Bool { health_status == "healthy" }
        var isFree: Bool { isHealthy && streams.isEmpty && (leases ?? 0) == 0 }
        var name: String { container_name ?? String(container_id.prefix(12)) }
    }

    struct Stream: Decodable {
        let id: String
        let container_id: String?
        let started_at: String?
    }

    struct Ready: Decodable {
        let ready: Bool
        let circuit_state: String?
    }

    struct Status: Decodable {
        struct Capacity: Decodable {
            let total: Int
            let used: Int
            let available: Int
            let max_replicas: Int
            let min_replicas: Int
        }
        struct Provisioning: Decodable {
            let can_provision: Bool
            let blocked_reason: String?
        }
        struct Configuration: Decodable {
            let engine_variant: String?
        }
        let status: String
        let capacity: Capacity
        let provisioning: Provisioning
        let config: Configuration?
    }

    struct Breakers: Decodable {
        struct Breaker: Decodable {
            let state: String
            let failure_count: Int
        }
        let circuit_breakers: [String: Breaker]
    }

    struct VPN: Decodable {
        let enabled: Bool
        let status: String?
        let health: String?
        let connected: Bool?
        let container: String?
        let container_name: String?
        let forwarded_port: Int?
    }

    struct Event: Decodable {
        let timestamp: String
        let event_type: String
        let category: String
        let message: String
    }

    struct ProxyHealth: Decodable {
        let orchestrator: String
        let fallback: Bool
        let sessions: Int
        let viewers: Int
    }

    struct ProxyReady: Decodable {
        let ready: Bool
        let reasons: [String]
    }

    struct Targets: Decodable {
        struct Data: Decodable { let activeTargets: [Target] }
        struct Target: Decodable {
            let health: String
            let scrapeUrl: String
            let lastError: String?
        }
        let data: Data
    }

    struct Alerts: Decodable {
        struct Data: Decodable { let alerts: [Alert] }
        struct Alert: Decodable {
            let labels: [String: String]
            let state: String
        }
        let data: Data
    }

    struct DockerVersion: Decodable {
        let Version: String
        let ApiVersion: String
    }

    struct Container: Decodable {
        let Id: String
        let Names: [String]?
        let State: String
        let Status: String?
        let Labels: [String: String]?

        var name: String { String((Names?.first ?? Id).drop { $0 == "/" }) }
        var isOurs: Bool { Labels?["acestream-orchestrator"] != nil || Labels?["acestream.http_port"] != nil }
    }

    struct DiskUse: Decodable {
        struct Item: Decodable {
            let Size: Double?
            let SizeRw: Double?
        }
        let LayersSize: Double?
        let Containers: [Item]?
    }
}
