/// The version all programs report.
enum Version {
    static let current = "0.1.0"
}
