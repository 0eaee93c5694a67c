/// A container image with an engine in it, and how it is told its ports.
public struct EngineImage: Sendable, Hashable {
    public enum Style: Sendable, Hashable {
        /// By `CONF`, a line for each flag, and by variables for single values.
        case environment
        /// By one variable that holds all flags.
        case arguments(variable: String, base: String)
        /// By the container's command.
        case command([String])
    }

    public var name: String
    /// Put on the container as `acestream.engine_variant`.
    public var variant: String?
    public var style: Style

    public init(name: String, variant: String? = nil, style: Style = .environment) {
        self.name = name
        self.variant = variant
        self.style = style
    }
}
