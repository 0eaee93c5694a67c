import ServiceLifecycle

/// A service that starts when its gate opens.
struct GatedService: Service {
    let gate: StartGate
    let service: any Service

    func run() async throws {
        let isOpen = await withTaskCancellationOrGracefulShutdownHandler {
            await gate.pass()
        } onCancelOrGracefulShutdown: {
            gate.close()
        }
        if isOpen { try await service.run() }
    }
}
