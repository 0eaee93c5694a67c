import Foundation

/// A tar archive of the built `weir-engine` with the shared libraries it needs: all there is in an image of it.
actor EngineArchive {
    static let shared = EngineArchive()

    private var made: Task<String, any Error>?

    /// Made once in a run, deleted by the system with its temporary files or by the next run.
    func path() async throws -> String {
        if let made { return try await made.value }
        let task = Task { try await Self.make() }
        made = task
        return try await task.value
    }

    private static func make() async throws -> String {
        let program = try ApplianceRun.products().appending(path: "weir-engine").path
        let listed = try await SpawnedProgram.run(["ldd", program], within: .seconds(30))
        guard listed.exitCode == 0 else { throw Overdue(description: "ldd: \(listed.output)") }
        // "libc.so.6 => /lib/libc.so.6 (0x…)", "/lib64/ld-linux-x86-64.so.2 (0x…)"
        let libraries = listed.output.split(separator: "\n").compactMap { line in
            line.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("/") }.map(String.init)
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-engine-image-\(getuid())").path
        let root = folder + "/root"
        let copies = libraries.map { "mkdir -p '\(root)'$(dirname '\($0)'); cp -L '\($0)' '\(root)\($0)'" }
        // The linker finds those of Swift beside the program, wherever they were.
        let script = """
            rm -rf '\(folder)'
            mkdir -p '\(root)'
            cp '\(program)' '\(root)/weir-engine'
            \(copies.joined(separator: "\n"))
            tar -C '\(root)' -cf '\(folder)/engine.tar' .
            rm -rf '\(root)'
            """
        let packed = try await SpawnedProgram.run(["sh", "-ec", script], within: .seconds(120))
        guard packed.exitCode == 0 else { throw Overdue(description: "tar: \(packed.output)") }
        return folder + "/engine.tar"
    }
}
