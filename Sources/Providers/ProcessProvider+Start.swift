internal import CLinux
internal import FoundationEssentials
internal import Glibc

extension ProcessProvider {
    /// What engines get of our own environment. The rest, keys and passwords among it, is none of their business.
    static var inheritedEnvironment: [String: String] {
        ProcessInfo.processInfo.environment.filter { inheritedVariables.contains($0.key) }
    }

    private static let inheritedVariables: Set = [
        "PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
        // Whoever started us finds by this what we have started, should we be gone.
        "WEIR_APPLIANCE",
    ]

    /// The port of a request that can be carried out.
    func validate(_ request: EngineRequest) throws(ProviderError) -> UInt16 {
        guard let port = UInt16(exactly: request.httpPort), port > 0 else {
            throw ProviderError(code: .refused, message: "port \(request.httpPort) is not within 1–65535")
        }
        let isNameValid =
            request.name.utf8.count <= 128 && request.name.first?.isASCIILetterOrDigit == true
            && request.name.allSatisfy { $0.isASCIILetterOrDigit || "_.-".contains($0) }
        guard isNameValid else {
            throw ProviderError(
                code: .refused,
                message: "the name \(request.name.debugDescription) is not a letter or digit followed by at most 127 "
                    + "letters, digits, '_', '.' or '-'")
        }
        for (key, value) in request.environment
        where key.isEmpty || key.contains("=") || (key + value).utf8.contains(0) {
            throw ProviderError(
                code: .refused, message: "the environment variable \(key.debugDescription) cannot be passed on")
        }
        return port
    }

    /// An intent for the request, with a random id.
    func newRecord(for request: EngineRequest) -> ProcessRecord {
        let digits = Array("0123456789abcdef")
        let creator = ProcessIdentity.current()
        var random = SystemRandomNumberGenerator()
        var labels = request.labels
        labels[Self.mark] = "true"
        return ProcessRecord(
            id: String((0..<64).map { _ in digits[Int.random(in: 0..<16, using: &random)] }),
            name: request.name, host: host, httpPort: request.httpPort, labels: labels,
            createdAtMilliseconds: Self.nowMilliseconds(),
            command: command.rendered(port: request.httpPort, name: request.name),
            bootID: Self.bootID(), creatorPID: creator?.pid, creatorStartTicks: creator?.startTicks)
    }

    /// Starts the process of an intent. When this returns, the program is running and carries its id.
    func start(
        _ record: ProcessRecord, executable: String, environment: [String: String]
    ) throws(ProviderError) -> ProcessIdentity {
        let variables = Self.inheritedEnvironment
            .merging(environment) { _, requested in requested }
            .merging([Self.idVariable: record.id]) { _, id in id }
        var pid: pid_t = 0
        let failure = Self.withCStrings(record.command) { arguments in
            Self.withCStrings(variables.map { "\($0.key)=\($0.value)" }) { environment in
                weir_spawn(executable, arguments, environment, folder.logPath(record.id), &pid)
            }
        }
        switch failure {
        case 0: break
        case ENOENT, EACCES, ENOEXEC:
            throw ProviderError(code: .commandNotFound, message: Self.message(executable, failure))
        default:
            throw ProviderError(code: .unavailable, message: Self.message(executable, failure))
        }
        // Our child stays in the process table, ended or not, until it is waited for.
        guard let status = ProcessIdentity.Status(of: pid) else {
            endChild(pid)
            throw ProviderError(code: .unavailable, message: "cannot read /proc/\(pid)/stat of \(executable)")
        }
        return status.identity
    }

    /// Kills a child that was started just now and has not been waited for, so that its number is still its own.
    func endChild(_ pid: Int32) {
        kill(pid, SIGKILL)
        var exitStatus: Int32 = 0
        while waitpid(pid, &exitStatus, 0) < 0 && errno == EINTR {}
    }

    static func nowMilliseconds() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// Changes with each start of the machine; nil where the kernel does not tell.
    static func bootID() -> String? {
        guard let content = try? SystemFile.read("/proc/sys/kernel/random/boot_id") else { return nil }
        return String(decoding: content.prefix { $0 != 10 }, as: UTF8.self)
    }

    private static func message(_ executable: String, _ failure: Int32) -> String {
        "cannot start \(executable): \(String(cString: strerror(failure)))"
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}

extension Character {
    fileprivate var isASCIILetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
