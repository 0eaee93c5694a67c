import Foundation

/// A system call that failed, with what it was for.
package struct SystemError: Error, CustomStringConvertible {
    let errorNumber: Int32
    private let purpose: String

    /// Captures `errno`.
    init(_ purpose: String, errorNumber: Int32 = errno) {
        self.purpose = purpose
        self.errorNumber = errorNumber
    }

    package var description: String { "\(purpose): \(String(cString: strerror(errorNumber)))" }
}
