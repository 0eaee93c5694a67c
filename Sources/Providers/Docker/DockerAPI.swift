internal import Catalogue
internal import FoundationEssentials
internal import Outbound

/// The Docker Engine API: requests with a deadline, answers read, each call counted.
///
/// Paths carry no version: the daemon takes them as the newest it knows, and what is used here is the same in all.
struct DockerAPI: Sendable {
    let address: DockerAddress
    let outbound: OutboundClient
    /// From a request to the last byte of its answer.
    let timeout: Duration
    let meter = DockerMeter()

    /// - Parameters:
    ///   - extra: time beyond the usual that the operation itself may take.
    func send(
        _ operation: DockerOperation, _ method: String, _ path: String, query: [(String, String)] = [],
        body: [UInt8]? = nil, extra: Duration = .zero
    ) async throws(ProviderError) -> DockerAnswer {
        let begin = ContinuousClock.now
        do throws(OutboundError) {
            let response = try await outbound.send(request(method, path, query: query, body: body, extra: extra))
            meter.record(operation, DockerCallOutcome(status: response.status), since: begin)
            return DockerAnswer(status: response.status, body: response.body)
        } catch {
            meter.record(operation, DockerCallOutcome(error), since: begin)
            throw failure(error)
        }
    }

    /// Hands over what the daemon says as it says it, until the connection ends or the time is over.
    func follow(
        _ operation: DockerOperation, _ path: String, query: [(String, String)], for limit: Duration,
        onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) async throws(ProviderError) {
        let begin = ContinuousClock.now
        var request = request("GET", path, query: query, body: nil, extra: limit)
        request.onBody = onBody
        do throws(OutboundError) {
            let response = try await outbound.send(request)
            meter.record(operation, DockerCallOutcome(status: response.status), since: begin)
            let answer = DockerAnswer(status: response.status, body: response.body)
            if !answer.isSuccess { throw OutboundError(code: .brokenAnswer, message: answer.message) }
        } catch {
            if error.code == .timeout && begin.duration(to: .now) >= limit {
                return meter.record(operation, .ok, since: begin)
            }
            meter.record(operation, DockerCallOutcome(error), since: begin)
            throw failure(error)
        }
    }

    /// What the answer holds.
    func read<Value: Decodable>(_ type: Value.Type, from answer: DockerAnswer) throws(ProviderError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(answer.body))
        } catch {
            throw ProviderError(
                code: .unavailable, message: "the Docker daemon at \(address) gave an answer that cannot be read")
        }
    }

    static func encode(_ value: some Encodable) throws(ProviderError) -> [UInt8] {
        do {
            return [UInt8](try JSONEncoder().encode(value))
        } catch {
            throw ProviderError(code: .refused, message: "the request cannot be written as JSON")
        }
    }

    /// The value of the `filters` parameter.
    static func filters(_ filters: [String: [String]]) throws(ProviderError) -> (String, String) {
        ("filters", String(decoding: try encode(filters), as: UTF8.self))
    }

    /// Whether a text can be an id or a name: nothing else is put into a path.
    static func isReference(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
                default: false
                }
            } && text != "." && text != ".."
    }

    private func request(
        _ method: String, _ path: String, query: [(String, String)], body: [UInt8]?, extra: Duration
    ) -> OutboundRequest {
        var url = address.baseURL + path
        for (index, (name, value)) in query.enumerated() {
            url += (index == 0 ? "?" : "&") + name + "=" + Self.percentEncoded(value)
        }
        return OutboundRequest(
            method, url, headers: body == nil ? [] : [("Content-Type", "application/json")], body: body,
            timeout: timeout + extra, connectTimeout: min(timeout, .seconds(3)), maximumBodyBytes: 32 << 20,
            unixSocketPath: address.socketPath)
    }

    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
                encoded.append(Character(UnicodeScalar(byte)))
            default:
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }

    private func failure(_ error: OutboundError) -> ProviderError {
        switch error.code {
        case .timeout: ProviderError(code: .timedOut, message: "the Docker daemon at \(address) did not answer in time")
        case .cancelled: ProviderError(code: .unavailable, message: "the request to the Docker daemon was given up")
        case .badRequest: ProviderError(code: .refused, message: "\(address) cannot be asked: \(error.message)")
        case .connection, .interrupted, .bodyTooLarge, .brokenAnswer:
            ProviderError(code: .unavailable, message: "the Docker daemon at \(address): \(error.message)")
        }
    }
}

extension DockerCallOutcome {
    init(status: Int) {
        switch status {
        case 200..<400: self = .ok
        case 404: self = .notFound
        case 409: self = .conflict
        case 400..<500: self = .refused
        default: self = .failed
        }
    }

    init(_ error: OutboundError) {
        switch error.code {
        case .timeout: self = .timeout
        case .cancelled: self = .cancelled
        case .badRequest: self = .refused
        case .connection, .interrupted: self = .unreachable
        case .bodyTooLarge, .brokenAnswer: self = .brokenAnswer
        }
    }
}
