import Catalogue
import NIOHTTP1
import Settings

/// Who may use the management routes: whoever has a key; where none is configured, this machine alone.
struct ManagementAccess: Sendable {
    private let keys: [[UInt8]]

    init(keys: [String]) {
        self.keys = keys.map { Array($0.utf8) }
    }

    /// Why a request is refused; nil where it may pass.
    ///
    /// Without keys the peer must be a loopback address, and the request none that a proxy on this machine passes on
    /// for somebody else, nor one that a page of another site has a browser here send under that site's name.
    func refusal(of headers: HTTPHeaders, peer: IPAddress?) -> ManagementRefusal? {
        guard !keys.isEmpty else {
            let isLocal =
                peer?.isLoopback == true && !ClientAddress.isForwarded(headers)
                && headers["host"].allSatisfy(Self.isLoopback)
            return isLocal ? nil : .notLocal
        }
        let given = headers["authorization"]
        let scheme = "bearer "
        guard given.count == 1, given[0].lowercased().hasPrefix(scheme) else { return .missingKey }
        let key = Array(given[0].utf8.dropFirst(scheme.utf8.count))
        // Every key is compared, so that the time says nothing about which one matched.
        let matches = keys.count { Self.isEqual(key, $0) }
        return matches > 0 ? nil : .invalidKey
    }

    /// Takes a time that depends on the length of `given` alone.
    private static func isEqual(_ given: [UInt8], _ expected: [UInt8]) -> Bool {
        var difference = given.count ^ expected.count
        for (index, byte) in given.enumerated() { difference |= Int(byte ^ expected[index % expected.count]) }
        return difference == 0
    }

    private static func isLoopback(host: String) -> Bool {
        let name =
            host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" }) : String(host.prefix { $0 != ":" })
        return name.lowercased() == "localhost" || IPAddress(name)?.isLoopback == true
    }
}

extension ManagementRefusal {
    var answer: Answer {
        switch self {
        case .notLocal:
            .problem(
                .forbidden, code: rawValue,
                "without ACEXY_API_KEY this route answers only to requests from this machine")
        case .missingKey:
            .problem(.unauthorized, code: rawValue, "this route needs Authorization: Bearer and a key")
        case .invalidKey: .problem(.forbidden, code: rawValue, "the key is none of those configured")
        }
    }
}
