import Glibc

/// Finds the programs the appliance runs.
enum Tools {
    /// The Debian package of each program that is not this package's own.
    static let packages = [
        "prometheus": "prometheus", "prometheus-alertmanager": "prometheus-alertmanager", "ffmpeg": "ffmpeg",
    ]

    /// The absolute paths of all programs, or one line that names every missing one.
    static func locate(binaryDirectory: String, path: String) throws(ApplianceError) -> [String: String] {
        var found: [String: String] = [:]
        var missing: [String] = []
        for name in packages.keys.sorted() {
            let candidates = path.split(separator: ":").map { "\($0)/\(name)" }
            if let file = candidates.first(where: { access($0, X_OK) == 0 }) {
                found[name] = file
            } else {
                missing.append(name)
            }
        }
        guard missing.isEmpty else {
            let wanted = missing.compactMap { packages[$0] }.joined(separator: " ")
            throw ApplianceError(
                "not found: \(missing.joined(separator: ", ")); install with: apt-get install -y \(wanted)")
        }
        for name in ["weir-orchestrator", "weir-proxy", "weir-engine"] {
            let file = "\(binaryDirectory)/\(name)"
            guard access(file, X_OK) == 0 else {
                throw ApplianceError("\(file) is missing; build it with: swift build -c release")
            }
            found[name] = file
        }
        return found
    }
}
