/// What a container may be called.
enum ContainerName {
    /// A letter or digit, then at least one letter, digit, `_`, `.` or `-`, as Docker wants it.
    static func validate(_ name: String) throws(ProviderError) {
        let isValid =
            (2...128).contains(name.utf8.count) && name.first?.isASCIIWord == true
            && name.allSatisfy { $0.isASCIIWord || "_.-".contains($0) }
        guard isValid else {
            throw ProviderError(
                code: .refused,
                message: "the name \(name.debugDescription) is not a letter or digit followed by 1 to 127 letters, "
                    + "digits, '_', '.' or '-'")
        }
    }
}

extension Character {
    fileprivate var isASCIIWord: Bool { isASCII && (isLetter || isNumber) }
}
