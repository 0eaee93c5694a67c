/// Why the simulated engine cannot start.
public enum SimulatedEngineError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The source file cannot be played.
    case source(path: String, reason: String)
    /// The address cannot be listened on.
    case listen(address: String, reason: String)
    /// A setting is outside its range.
    case setting(name: String, reason: String)

    /// One line that says what was wrong.
    public var description: String {
        switch self {
        case .source(let path, let reason): "cannot play \(path): \(reason)"
        case .listen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .setting(let name, let reason): "\(name): \(reason)"
        }
    }
}
