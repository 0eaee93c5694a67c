import Hummingbird

/// Lets a request pass only with the API key. Without a configured key everything passes.
struct RequireKey: RouterMiddleware {
    typealias Context = APIContext

    private let key: [UInt8]?

    init(key: String?) {
        self.key = key.map { Array($0.utf8) }
    }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let key else { return try await next(request, context) }
        let scheme = "bearer "
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix(scheme) else {
            throw DetailError(.unauthorized, "missing bearer token", headers: [.wwwAuthenticate: "Bearer"])
        }
        guard Self.isEqual(Array(header.utf8.dropFirst(scheme.utf8.count)), key) else {
            throw DetailError(.forbidden, "invalid token")
        }
        return try await next(request, context)
    }

    /// Takes a time that depends on the length of `given` alone.
    static func isEqual(_ given: [UInt8], _ expected: [UInt8]) -> Bool {
        var difference = given.count ^ expected.count
        for (index, byte) in given.enumerated() {
            difference |= Int(byte ^ (expected.isEmpty ? 0 : expected[index % expected.count]))
        }
        return difference == 0
    }
}
