import Fleet
import Hummingbird
import Providers

/// `/containers`, `/by-label`: engines and other containers of ours, by the provider's identifier, name or label.
struct ContainersController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(open: Routes, locked: Routes, labels: Routes) {
        open.get("/containers/{id}", use: inspect)
        locked.delete("/containers/{id}", use: delete)
        labels.get("/by-label", use: byLabel)
    }

    @Sendable func inspect(_ request: Request, context: APIContext) async throws -> Response {
        let id = try context.path("id")
        let engine = await orchestrator.engine(id)
        if let containers = orchestrator.containers {
            do throws(ProviderError) {
                if let details = try await containers.inspect(engine?.id ?? id) { return .json(details.document) }
            } catch {
                throw Problem(error)
            }
        } else if let engine {
            return .json(ContainerDetails(engine).document)
        }
        throw Self.unknown
    }

    /// Removes an engine, or another container of ours, whatever it does; answers once it is gone.
    @Sendable func delete(_ request: Request, context: APIContext) async throws -> Response {
        let id = try context.path("id")
        if let engine = await orchestrator.engine(id) {
            if let error = await orchestrator.remove(engine.id, reason: .requested) { throw Problem(error) }
            return .json(["deleted": .string(engine.id)])
        }
        let details: ContainerDetails?
        do throws(ProviderError) {
            details = try await orchestrator.containers?.inspect(id)
            if let details {
                try await orchestrator.leadership.requireLead()
                try await orchestrator.provider.remove(details.id)
            }
        } catch {
            throw Problem(error)
        }
        guard let details else { throw Self.unknown }
        return .json(["deleted": .string(details.id)])
    }

    @Sendable func byLabel(_ request: Request, context: APIContext) async throws -> Response {
        let key = try request.requiredQuery("key")
        let value = try request.requiredQuery("value")
        guard let containers = orchestrator.containers else {
            let engines = await orchestrator.currentFleet().sortedEngines.filter { $0.labels[key] == value }
            return .json(.array(engines.map { ContainerDetails($0).document }))
        }
        do throws(ProviderError) {
            return .json(.array(try await containers.containers(labeled: key, value: value).map(\.document)))
        } catch {
            throw Problem(error)
        }
    }

    private static let unknown = DetailError(.notFound, "container not found")
}

extension Orchestrator {
    /// The provider, where its engines are containers.
    nonisolated var containers: (any ContainerProvider)? { provider as? any ContainerProvider }

    /// An engine of the fleet by its id or name.
    func engine(_ idOrName: String) -> Engine? {
        fleet.engines[idOrName] ?? fleet.engines.values.first { $0.name == idOrName }
    }
}
