/// One of the figures to watch.
package struct KeyFigure: Sendable, Encodable {
    package let name: String
    package let value: String
    package let status: Finding.Status
    let good: String
    let warning: String
    let critical: String

    var row: [String] { [name, value, status.rawValue, good, warning, critical] }
}
