public import Telemetry

/// A provider with metrics of its own.
public protocol MeteredProvider: EngineProvider {
    /// Records from now on in this registry.
    func register(in registry: Registry)
}
