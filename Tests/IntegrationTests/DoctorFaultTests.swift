import Foundation
import Testing

/// What `weir doctor` says of services that do not work.
@Suite struct DoctorFaultTests {
    @Test func anOrchestratorThatIsGoneIsToldByItAndByItsProxy() async throws {
        try await ServiceRun.around(.proxy, settings: ["ACEXY_ORCH_URL": "http://127.0.0.1:9"]) { run in
            let doctor = try await DoctorRun([
                "--orchestrator", "http://127.0.0.1:9", "--proxy", "http://\(run.address)", "--database",
                run.directory.path + "/none.db",
            ])
            #expect(doctor.status("orchestrator", "health") == "critical")
            #expect(doctor.finding("orchestrator", "health")?.advice?.contains("runbooks") == true)
            #expect(doctor.status("engines", "all") == "skipped")
            #expect(doctor.status("proxy", "orchestrator") == "critical")
            #expect(doctor.status("proxy", "status") == "ok")
            #expect(doctor.status("database", "quick_check") == "skipped")
            #expect(doctor.exitCode & 16 == 16)
            #expect(doctor.exitCode & 32 == 32)
            #expect(doctor.exitCode & 8 == 0)
        }
    }

    @Test func anOpenBreakerIsCriticalAndADamagedFileIsToo() async throws {
        let broken = ["ENGINE_COMMAND": "/bin/false {port}", "CIRCUIT_BREAKER_THRESHOLD": "1", "MAX_RETRIES": "0"]
        try await ServiceRun.around(.orchestrator, settings: broken) { run in
            try await eventually("the breaker opens", within: .seconds(60)) {
                try await run.curl("/health/status").text.contains("\"state\":\"open\"")
            }
            let damaged = run.directory.appending(path: "damaged.db")
            try Data(repeating: 0x41, count: 8192).write(to: damaged)
            let doctor = try await DoctorRun([
                "--orchestrator", "http://\(run.address)", "--proxy", "http://127.0.0.1:9", "--database", damaged.path,
            ])
            #expect(doctor.status("orchestrator", "circuit breaker general") == "critical")
            #expect(doctor.status("orchestrator", "readiness") == "critical")
            #expect(doctor.status("engines", "free") == "critical")
            #expect(doctor.status("database", "quick_check") == "critical")
            #expect(doctor.status("proxy", "status") == "critical")
            #expect(doctor.exitCode & 56 == 56)
            #expect(doctor.status("metrics", "Prometheus") == "warning")
        }
    }

    @Test func anotherProgramOnThePortIsTold() async throws {
        try await ServiceRun.around(.proxy) { run in
            // A proxy answers where the orchestrator is looked for.
            let doctor = try await DoctorRun([
                "--orchestrator", "http://\(run.address)", "--proxy", "http://\(run.address)",
            ])
            #expect(doctor.status("ports", "port of the proxy") == "ok")
            #expect(doctor.status("orchestrator", "readiness") != nil)
            #expect(doctor.status("metrics", "/metrics of orchestrator") == "critical")
        }
    }

    @Test func aWrongCallHasAnExitStatusOfItsOwn() async throws {
        let weir = try ApplianceRun.products().appending(path: "weir").path
        for arguments in [["--before-load", "0"], ["--during-load", "--after-load"], ["--run", "/nowhere"]] {
            let call = try await SpawnedProgram.run([weir, "doctor"] + arguments, within: .seconds(30))
            #expect(call.exitCode == 64, "\(arguments): \(call.output)")
        }
    }
}
