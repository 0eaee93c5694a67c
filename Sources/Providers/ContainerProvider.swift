/// A provider whose engines are containers: it can also run any other container, and look at those of ours.
///
/// Like engines, containers that do not carry our mark are neither shown nor touched.
public protocol ContainerProvider: EngineProvider {
    /// Starts a container that need not be an engine. Returns once it has been started.
    func run(_ request: ContainerRequest) async throws(ProviderError) -> (id: String, name: String)

    /// A container of ours by its id or name; nil when there is none.
    func inspect(_ id: String) async throws(ProviderError) -> ContainerDetails?

    /// Containers of ours that carry a label, running or exited.
    func containers(labeled key: String, value: String) async throws(ProviderError) -> [ContainerDetails]

    /// The health of a container that need not be ours, by its name; nil when there is none.
    func health(ofContainer name: String) async throws(ProviderError) -> ContainerHealth?

    /// Restarts a container that need not be ours, by its name. To be called only for one named in the settings.
    func restart(container name: String) async throws(ProviderError)
}
