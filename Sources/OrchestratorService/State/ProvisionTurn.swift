import Fleet

/// A request for an engine that waits for its turn.
struct ProvisionTurn {
    let id: UInt64
    let order: ProvisionOrder
    let continuation: CheckedContinuation<Result<Provision, ProvisionBlock>, Never>
}
