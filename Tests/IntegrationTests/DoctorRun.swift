import Foundation

/// One run of `weir doctor --json`.
struct DoctorRun {
    struct Report: Decodable {
        struct Finding: Decodable {
            let section: String
            let name: String
            let status: String
            let detail: String
            let advice: String?
        }
        let exitCode: Int32
        let findings: [Finding]
    }

    let exitCode: Int32
    let report: Report

    init(_ arguments: [String], environment: [String: String] = [:]) async throws {
        let output = FileManager.default.temporaryDirectory.appending(path: "weir-doctor-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        let program = try SpawnedProgram(
            try ApplianceRun.products().appending(path: "weir").path, ["doctor", "--json"] + arguments,
            environment: ["PATH": SpawnedProgram.searchPath].merging(environment) { $1 }, log: output)
        exitCode = try await program.ended(within: .seconds(60))
        report = try ApplianceRun.decode(Report.self, from: Data(program.output.utf8))
    }

    /// The finding of a name.
    func finding(_ section: String, _ name: String) -> Report.Finding? {
        report.findings.first { $0.section == section && $0.name == name }
    }

    func status(_ section: String, _ name: String) -> String? { finding(section, name)?.status }
}
