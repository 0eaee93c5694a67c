/// Flags that every engine is started with, besides those that say where it listens.
enum EngineParameters {
    static let allowed =
        "flags such as --live-cache-type memory, but not --http-port, --https-port, --api-port or --port"
    private static let reserved: Set<Substring> = ["--http-port", "--https-port", "--api-port", "--port"]

    /// One entry for each flag, with its value; nil for what is none.
    static func parse(_ text: String) -> [String]? {
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        var flags: [String] = []
        for word in text.split(separator: " ") {
            if word.hasPrefix("--") {
                guard word.count > 2, !reserved.contains(word.prefix { $0 != "=" }) else { return nil }
                flags.append(String(word))
            } else if let last = flags.indices.last {
                flags[last] += " " + word
            } else {
                return nil
            }
        }
        return flags
    }
}
