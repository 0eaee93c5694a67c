import Catalogue

extension ProxyServer {
    /// The version that the program reports.
    public static var version: String { BuildInfo.version }
}
