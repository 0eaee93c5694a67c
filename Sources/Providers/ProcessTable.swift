/// The processes of this machine that carry a mark in their environment.
enum ProcessTable {
    /// All running processes whose environment at their start held `variable=value`. Those whose environment may not be
    /// read are not ours and are left out.
    static func processes(with variable: String, equalTo value: String) throws(ProviderError)
        -> [ProcessIdentity.Status]
    {
        var found: [ProcessIdentity.Status] = []
        for name in try SystemFile.names(in: "/proc") {
            guard let pid = Int32(name), carries(pid, variable, value),
                let status = ProcessIdentity.Status(of: pid), !status.hasEnded
            else { continue }
            found.append(status)
        }
        return found
    }

    /// Whether the environment of a process held `variable=value` when it started.
    static func carries(_ pid: Int32, _ variable: String, _ value: String) -> Bool {
        guard let environment = try? SystemFile.read("/proc/\(pid)/environ") else { return false }
        return environment.split(separator: 0).contains { $0.elementsEqual("\(variable)=\(value)".utf8) }
    }
}
