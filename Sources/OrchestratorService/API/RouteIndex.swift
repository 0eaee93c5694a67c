import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers

/// Which methods a path answers to, for requests that no route fits.
final class RouteIndex: Sendable {
    private struct Entry {
        var parts: [String]
        var methods: Set<String>

        var nameCount: Int { parts.count { !$0.hasPrefix("{") } }
    }

    private let entries = NIOLockedValueBox<[Entry]>([])

    /// To be called once, with all routes.
    func fill(_ routes: [(method: HTTPRequest.Method, path: String)]) {
        let byPath = Dictionary(grouping: routes, by: \.path)
        let all = byPath.map { path, routes in
            var methods = Set(routes.map(\.method.rawValue))
            if methods.contains("GET") { methods.insert("HEAD") }
            return Entry(parts: Self.parts(path), methods: methods)
        }
        entries.withLockedValue { $0 = all }
    }

    /// In order; empty when there is no such path.
    func methods(of path: String) -> [String] {
        let parts = Self.parts(path)
        let fitting = entries.withLockedValue { entries in
            entries.filter { entry in
                entry.parts.count == parts.count
                    && zip(entry.parts, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
            }
        }
        // The router prefers a name to a placeholder, and so a path belongs to the entry with most names.
        let most = fitting.map(\.nameCount).max()
        return Set(fitting.filter { $0.nameCount == most }.flatMap(\.methods)).sorted()
    }

    private static func parts(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }
}
