public import Logging

extension TraceContext {
    /// Adds `trace_id` to whatever is logged for ``current``, for handlers that do not do so by themselves.
    public static let logMetadata = Logger.MetadataProvider {
        current.map { ["trace_id": .string($0.traceID)] } ?? [:]
    }
}
