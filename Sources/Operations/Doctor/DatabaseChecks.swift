import Foundation
import Storage

/// The orchestrator's database, read only. Blocks.
enum DatabaseChecks {
    static func findings(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        var findings: [Finding] = []
        if let path = targets.database {
            findings += file(path)
        } else {
            findings.append(
                Finding(.database, "file", .skipped, "its place is not known here; name it with --database or DB_URL"))
        }
        let metrics = observation.metrics
        if let size = metrics.sum("orch_database_size_bytes") {
            let status = Finding.measured(size, warning: 2 * 1073741824, critical: 20 * 1073741824)
            findings.append(
                Finding(
                    .database, "size", status, MachineChecks.gibibytes(size),
                    advice: "shorten the retention of events and statistics, then VACUUM"))
        }
        if let errors = metrics.sum("orch_database_write_errors_total") {
            let waiting = metrics.sum("orch_database_pending_changes") ?? 0
            let lost = metrics.sum("orch_database_dropped_entries_total") ?? 0
            findings.append(
                Finding(
                    .database, "writes", lost > 0 ? .critical : errors > 0 ? .warning : .ok,
                    "\(Int(errors)) failed, \(Int(waiting)) changes wait, \(Int(lost)) given up",
                    advice: "see the orchestrator's log; is the disk full or slow?"))
        }
        let backups = metrics.families.filter { $0.contains("backup") && $0.hasSuffix("timestamp_seconds") }.sorted()
        if let family = backups.first, let last = metrics.sum(family) {
            let age = Date().timeIntervalSince1970 - last
            let never = last <= 0
            findings.append(
                Finding(
                    .database, "last backup", never || age > 7 * 86_400 ? .warning : .ok,
                    never ? "none was made" : "\(Int(age / 3600)) hours ago", advice: "set or run a backup"))
        }
        return findings
    }

    private static func file(_ path: String) -> [Finding] {
        do throws(StorageError) {
            let state = try DatabaseInspection(path: path)
            let status: Finding.Status = state.verdict == "ok" ? .ok : .critical
            return [
                Finding(
                    .database, "quick_check", status,
                    "\(state.verdict), \(MachineChecks.gibibytes(Double(state.sizeInBytes))) at \(path)",
                    advice: "stop the orchestrator, keep the file, restore a backup or start afresh with another DB_URL"
                )
            ]
        } catch {
            return [
                Finding(
                    .database, "quick_check", FileManager.default.fileExists(atPath: path) ? .critical : .skipped,
                    error.message, advice: "is it a file of the orchestrator's, readable by you?")
            ]
        }
    }
}
