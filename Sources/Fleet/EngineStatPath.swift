/// The path at which an engine tells the statistics of one of its sessions.
public struct EngineStatPath: Sendable, Hashable {
    public let path: String
    /// Of the content, as the engine names it in the path.
    public let infohash: String

    /// Takes the path out of a statistics URL as an engine names it: `http://host:port/ace/stat/INFOHASH/SESSION`.
    ///
    /// Host and port are left out: who uses the path takes those of an engine it knows. Nil when the path is not of
    /// that form, whatever else the URL may name.
    public init?(url: String) {
        guard let path = EnginePath(url: url, element: "stat") else { return nil }
        self.path = path.text
        infohash = path.infohash
    }
}
