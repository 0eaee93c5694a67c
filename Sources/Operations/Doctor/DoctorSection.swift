/// What `weir doctor` looks at, in the order of its report.
package enum DoctorSection: String, Sendable, Hashable, CaseIterable, Encodable {
    case machine
    case docker
    case ports
    case clocks
    case database
    case orchestrator
    case engines
    case streams
    case vpn
    case proxy
    case metrics
    case errors
    case load

    /// The bit of the exit status that is set when something of the section is critical.
    var bit: Int32 {
        switch self {
        case .machine, .ports, .clocks: 2
        case .docker: 4
        case .database: 8
        case .orchestrator, .engines, .vpn, .load: 16
        case .proxy, .streams: 32
        case .metrics, .errors: 128
        }
    }
}
