/// Where a Docker daemon listens.
public enum DockerAddress: Sendable, Hashable {
    /// A Unix domain socket.
    case unix(path: String)
    /// Plain HTTP over TCP.
    case tcp(host: String, port: Int)

    var socketPath: String? {
        if case .unix(let path) = self { path } else { nil }
    }

    /// What paths of the API are appended to.
    var baseURL: String {
        switch self {
        case .unix: "http://docker"
        case .tcp(let host, let port): host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
        }
    }
}

extension DockerAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unix(let path): "unix://\(path)"
        case .tcp(let host, let port): "tcp://\(host):\(port)"
        }
    }
}
