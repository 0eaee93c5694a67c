/// The path at which an engine takes commands for one of its sessions.
public struct EngineCommand: Sendable, Hashable {
    public let path: String

    /// Takes the path out of a command URL as an engine names it: `http://host:port/ace/cmd/INFOHASH/SESSION`.
    ///
    /// Host and port are left out: who uses the path takes those of an engine it knows. Nil when the path is not of
    /// that form, whatever else the URL may name.
    public init?(url: String) {
        guard let path = EnginePath(url: url, element: "cmd") else { return nil }
        self.path = path.text
    }
}
