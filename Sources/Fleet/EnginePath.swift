/// A path of one of an engine's sessions: `/ace/ELEMENT/INFOHASH/SESSION`.
struct EnginePath {
    let text: String
    let infohash: String

    /// Takes the path out of a URL. Nil when it is not of that form, whatever else the URL may name.
    init?(url: String, element: String) {
        let scheme = "http://"
        guard url.utf8.count <= 512, url.hasPrefix(scheme),
            let slash = url.dropFirst(scheme.count).firstIndex(of: "/")
        else { return nil }
        let path = url[slash...]
        let elements = path.split(separator: "/", omittingEmptySubsequences: false)
        guard elements.count == 5, elements[0].isEmpty, elements[1] == "ace", elements[2] == element,
            elements[3...].allSatisfy({ (1...128).contains($0.utf8.count) && $0.allSatisfy(Self.isPlain) })
        else { return nil }
        text = String(path)
        infohash = String(elements[3])
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber)
    }
}
