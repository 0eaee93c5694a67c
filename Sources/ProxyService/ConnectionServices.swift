import Catalogue
import Logging
import Settings
import Telemetry

/// What every connection of the listener shares.
struct ConnectionServices: Sendable {
    let routes: ProxyRoutes
    let metrics: RequestMetrics
    let connections: ConnectionMetrics
    let clients: ClientConnections
    let addresses: ClientAddress
    let descriptors: DescriptorBudget
    let access: ManagementAccess
    /// nil: none is written.
    let accessLog: AccessLog?
    let managementRefusals: CounterVector<Label<ManagementRefusal>>
    let logger: Logger
}
