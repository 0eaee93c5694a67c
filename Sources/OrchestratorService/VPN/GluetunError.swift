/// Why Gluetun's control server could not be asked.
struct GluetunError: Error, Sendable, CustomStringConvertible {
    enum Code: Sendable, Hashable {
        /// It wants a key, or another one.
        case unauthorized
        /// It has none of the routes known.
        case unsupported
        case unreachable
        case malformed
    }

    var code: Code
    var description: String
}
