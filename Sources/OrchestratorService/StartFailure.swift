import NIOCore
public import Settings
import Storage

/// Why the orchestrator could not start or go on, in one line for each cause.
public struct StartFailure: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ error: any Error, listen: ListenAddress) {
        switch error {
        case let error as IOError where [98, 48].contains(error.errnoCode):
            description = "cannot listen on \(listen): the address is in use"
        case let error as IOError where error.errnoCode == 13:
            description = "cannot listen on \(listen): not permitted"
        case let error as IOError:
            description = "cannot listen on \(listen): \(error)"
        case let error as any CustomStringConvertible:
            description = error.description
        default:
            description = "\(error)"
        }
    }
}
