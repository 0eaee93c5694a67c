/// The engine images known by name, each of which is told its ports in a way of its own.
public enum EngineVariant: String, Sendable, Hashable, CaseIterable {
    case krinkuto11AMD64 = "krinkuto11-amd64"
    case jopsisAMD64 = "jopsis-amd64"
    case jopsisARM32 = "jopsis-arm32"
    case jopsisARM64 = "jopsis-arm64"

    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    /// - Parameters: the tags of the ARM images.
    func image(arm32: String, arm64: String) -> String {
        switch self {
        case .krinkuto11AMD64: "ghcr.io/krinkuto11/acestream-http-proxy:latest"
        case .jopsisAMD64: "jopsis/acestream:x64"
        case .jopsisARM32: "jopsis/acestream:\(arm32)"
        case .jopsisARM64: "jopsis/acestream:\(arm64)"
        }
    }
}
