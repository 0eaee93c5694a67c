import NIOCore
import NIOHTTP1

/// Answers one request.
struct EngineRoutes {
    let core: EngineCore
    let request: EngineRequest
    let connection: HTTPConnection

    var target: RequestTarget { request.target }

    /// Answers now or, where the temper delays it, later.
    func answer() {
        switch (request.head.method, target.components) {
        case (.POST, ["sim", "temper"]): changeTemper()
        case (.GET, ["sim", "temper"]): send(core.temper.json)
        case (.GET, ["sim", "state"]): sendState()
        case (.GET, ["ace", "getstream"]): open(isSegmented: false)
        case (.GET, ["ace", "manifest.m3u8"]): open(isSegmented: true)
        case (.GET, ["webui", "api", "service"]): answerService()
        case (.GET, ["server", "api"]): answerServerAPI()
        case (.GET, let path) where path.count == 4 && path[0] == "ace": answerSession(path)
        case (.GET, _): sendText(.notFound, "404 page not found")
        default: sendText(.methodNotAllowed, "method not allowed")
        }
    }

    private func answerSession(_ path: [Substring]) {
        switch path[1] {
        case "r": play(infohash: path[2], token: path[3])
        case "m": sendPlaylist(infohash: path[2], file: path[3])
        case "c": sendSegment(infohash: path[2], file: path[3])
        case "stat": sendStatus(infohash: path[2], token: path[3])
        case "cmd": command(infohash: path[2], token: path[3])
        default: sendText(.notFound, "404 page not found")
        }
    }

    // MARK: Forms of answers

    func send(_ json: JSONValue, status: HTTPResponseStatus = .ok) {
        connection.respond(status, contentType: "application/json", body: ByteBuffer(string: json.text))
    }

    /// The `{"response":…,"error":null}` form.
    func sendResponse(_ response: JSONValue) { send(["response": response, "error": .null]) }

    /// The `{"response":null,"error":…}` form, which the engine sends with status 200.
    func sendError(_ message: String) { send(["response": .null, "error": .string(message)]) }

    func sendText(_ status: HTTPResponseStatus, _ text: String) {
        connection.respond(status, contentType: "text/plain; charset=utf-8", body: ByteBuffer(string: text + "\n"))
    }

    /// The URL of one of the engine's resources, under the name by which the client knows the engine.
    func url(_ path: String) -> String {
        let authority = request.head.headers.first(name: "Host") ?? "\(core.configuration.host)"
        return "http://\(authority)\(path)"
    }

    /// Runs `action` after `delay` nanoseconds unless the client has gone by then.
    func after(_ delay: UInt64, _ action: @escaping @Sendable () -> Void) {
        guard delay > 0 else { return action() }
        let connection = connection
        core.eventLoop.scheduleTask(in: .nanoseconds(Int64(clamping: delay))) {
            if connection.isOpen { action() }
        }
    }
}
