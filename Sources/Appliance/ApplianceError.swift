import Glibc

/// Why the appliance could not come up: one line for the person who started it.
package struct ApplianceError: Error {
    package let message: String

    init(_ message: String) { self.message = message }

    /// The text of an errno value.
    static func describe(_ errno: Int32) -> String { String(cString: strerror(errno)) }
}
