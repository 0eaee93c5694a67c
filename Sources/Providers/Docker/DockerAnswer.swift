internal import FoundationEssentials

/// An answer of the Docker Engine API, of whatever status.
struct DockerAnswer: Sendable {
    var status: Int
    var body: [UInt8]

    /// 304: it was so already.
    var isSuccess: Bool { (200..<300).contains(status) || status == 304 }

    /// What the daemon says is wrong.
    var message: String {
        let text = (try? JSONDecoder().decode(Failure.self, from: Data(body)))?.message
        return text ?? String(decoding: body.prefix(500), as: UTF8.self)
    }

    private struct Failure: Decodable {
        var message: String
    }
}

extension DockerAnswer {
    /// What an answer that is no success means. Docker tells most causes in its text only.
    ///
    /// - Parameter what: what was to be done: "create the container acestream-1".
    func failure(_ what: String) -> ProviderError {
        let text = message.lowercased()
        let isPortTaken = ["port is already allocated", "address already in use", "already in use by service"]
        if isPortTaken.contains(where: text.contains) {
            return ProviderError(code: .portInUse, message: "cannot \(what): \(message)")
        }
        if status == 409 && (text.contains("is already in use by container") || text.contains("name conflicts")) {
            return ProviderError(code: .nameInUse, message: "cannot \(what): \(message)")
        }
        if text.contains("no space left") {
            return ProviderError(code: .unavailable, message: "cannot \(what): the disk of the Docker host is full")
        }
        if text.contains("cannot assign requested address") {
            return ProviderError(
                code: .refused, message: "cannot \(what): the Docker host has no such address to publish on: \(message)"
            )
        }
        switch status {
        case 401, 403:
            return ProviderError(
                code: .refused,
                message: "cannot \(what): the Docker API does not allow it (status \(status)); a socket proxy must "
                    + "allow containers and POST")
        case 400..<500 where status != 409:
            return ProviderError(code: .refused, message: "cannot \(what): \(message)")
        default:
            return ProviderError(code: .unavailable, message: "cannot \(what): status \(status): \(message)")
        }
    }
}
