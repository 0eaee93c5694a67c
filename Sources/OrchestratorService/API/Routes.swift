import Hummingbird

/// A group of routes that the same callers may use, and the time their answers may take.
struct Routes {
    let group: RouterGroup<APIContext>
    /// Nil: the handlers bound their time themselves.
    let limit: TimeLimit?

    func get(_ path: RouterPath, use handler: @escaping TimeLimit.Handler) { on(path, .get, handler) }
    func post(_ path: RouterPath, use handler: @escaping TimeLimit.Handler) { on(path, .post, handler) }
    func put(_ path: RouterPath, use handler: @escaping TimeLimit.Handler) { on(path, .put, handler) }
    func delete(_ path: RouterPath, use handler: @escaping TimeLimit.Handler) { on(path, .delete, handler) }

    /// The same routes for what answers at once, or bounds its time itself.
    var unlimited: Routes { Routes(group: group, limit: nil) }

    private func on(_ path: RouterPath, _ method: HTTPRequest.Method, _ handler: @escaping TimeLimit.Handler) {
        group.on(path, method: method, use: limit?.bounding(handler) ?? handler)
    }
}
