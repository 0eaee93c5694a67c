/// The path at which an engine takes commands for one of its sessions.
public struct EngineCommand: Sendable, Hashable {
    public let path: String

    /// Takes the path out of a command URL as an engine names it: `http://host:port/ace/cmd/INFOHASH/SESSION`.
    ///
    /// Host and port are left out: who uses the path takes those of an engine it knows. Nil when the path is not of
    /// that form, whatever else the URL may name.
    public init?(url: String) {
        let scheme = "http://"
        guard url.utf8.count <= 512, url.hasPrefix(scheme),
            let slash = url.dropFirst(scheme.count).firstIndex(of: "/")
        else { return nil }
        let path = url[slash...]
        let elements = path.split(separator: "/", omittingEmptySubsequences: false)
        guard elements.count == 5, elements[0].isEmpty, elements[1] == "ace", elements[2] == "cmd",
            elements[3...].allSatisfy({ (1...128).contains($0.utf8.count) && $0.allSatisfy(Self.isPlain) })
        else { return nil }
        self.path = String(path)
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber)
    }
}
