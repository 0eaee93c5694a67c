import Foundation
import Testing

extension RunningApplianceTests {
    /// What `weir doctor` says of an appliance that works.
    @Suite struct DoctorTests {
        @Test func aRunningApplianceIsFoundAndFineInEverySection() async throws {
            let run = try ApplianceRun.current()
            let data = ApplianceRun.data(in: run.directory).path
            let doctor = try await DoctorRun([], environment: ["WEIR_DATA": data])
            #expect(doctor.exitCode == doctor.report.exitCode)
            // 16 and 32: nothing but load on the machine may be wrong.
            #expect(doctor.exitCode & 0b0011_1000 == 0, "\(doctor.report.findings.filter { $0.status == "critical" })")
            let fine = [
                ("ports", "port of the orchestrator"), ("ports", "port of the proxy"), ("ports", "ports of engines"),
                ("database", "quick_check"), ("database", "writes"), ("orchestrator", "health"),
                ("orchestrator", "readiness"), ("orchestrator", "circuit breaker general"), ("engines", "healthy"),
                ("clocks", "clock of orchestrator"), ("proxy", "orchestrator"), ("proxy", "readiness"),
                ("metrics", "/metrics of orchestrator"), ("metrics", "/metrics of proxy"), ("metrics", "Prometheus"),
            ]
            for (section, name) in fine { #expect(doctor.status(section, name) == "ok", "\(section): \(name)") }
            let sections = Set(doctor.report.findings.map(\.section))
            #expect(
                sections == [
                    "machine", "docker", "ports", "clocks", "database", "orchestrator", "engines", "streams", "vpn",
                    "proxy", "metrics", "errors",
                ])
            // Whoever is told of something wrong is told what to do.
            for finding in doctor.report.findings where finding.status == "critical" || finding.status == "warning" {
                #expect(finding.advice?.isEmpty == false, "\(finding.name)")
            }
        }

        @Test func theChecklistsOfHighLoadAreThere() async throws {
            let run = try ApplianceRun.current()
            let before = try await DoctorRun(["--run", run.json.path, "--before-load", "500"])
            #expect(before.status("load", "room for 500 streams") == "critical")
            #expect(before.exitCode & 16 == 16)
            let little = try await DoctorRun(["--run", run.json.path, "--before-load", "1"])
            #expect(little.status("load", "room for 1 streams") == "ok")
            let during = try await DoctorRun(["--run", run.json.path, "--during-load"])
            #expect(during.finding("load", "API latency (p95)") != nil)
            #expect(during.finding("load", "engines")?.detail.contains("healthy") == true)
            let after = try await DoctorRun(["--run", run.json.path, "--after-load"])
            #expect(after.finding("load", "idle engines") != nil)
        }
    }
}
