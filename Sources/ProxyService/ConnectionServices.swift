import Logging
import Settings

/// What every connection of the listener shares.
struct ConnectionServices: Sendable {
    let routes: ProxyRoutes
    let metrics: RequestMetrics
    let connections: ConnectionMetrics
    let clients: ClientConnections
    let addresses: ClientAddress
    let descriptors: DescriptorBudget
    let logger: Logger
}
