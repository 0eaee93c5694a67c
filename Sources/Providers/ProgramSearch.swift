internal import Glibc

/// Finds the file of a program as a shell would.
enum ProgramSearch {
    /// A name with a slash is a path; any other is looked for in the folders of `searchPath` (`a:b:c`).
    static func executable(_ program: String, searchPath: String) throws(ProviderError) -> String {
        if program.contains("/") {
            if let obstacle = obstacle(program) {
                throw ProviderError(code: .commandNotFound, message: "cannot execute \(program): \(obstacle)")
            }
            return program
        }
        for folder in searchPath.split(separator: ":", omittingEmptySubsequences: true) {
            let path = "\(folder)/\(program)"
            if obstacle(path) == nil { return path }
        }
        throw ProviderError(
            code: .commandNotFound, message: "cannot execute \(program): not in any folder of PATH (\(searchPath))")
    }

    private static func obstacle(_ path: String) -> String? {
        var status = stat()
        if stat(path, &status) != 0 { return String(cString: strerror(errno)) }
        if status.st_mode & S_IFMT != S_IFREG { return "not a regular file" }
        if access(path, X_OK) != 0 { return String(cString: strerror(errno)) }
        return nil
    }
}
