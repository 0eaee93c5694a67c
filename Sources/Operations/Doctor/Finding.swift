/// What one check of `weir doctor` came to.
package struct Finding: Sendable, Encodable {
    package enum Status: String, Sendable, Encodable, Comparable {
        /// It could not be looked at, or does not apply.
        case skipped
        case ok
        case warning
        case critical

        package static func < (one: Status, other: Status) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .skipped: 0
            case .ok: 1
            case .warning: 2
            case .critical: 3
            }
        }
    }

    package let section: DoctorSection
    package let name: String
    package let status: Status
    /// What was seen.
    package let detail: String
    /// What to do about it; nil where there is nothing to do.
    package let advice: String?

    init(_ section: DoctorSection, _ name: String, _ status: Status, _ detail: String, advice: String? = nil) {
        self.section = section
        self.name = name
        self.status = status
        self.detail = detail
        self.advice = status >= .warning ? advice : nil
    }

    /// A value against two bounds, the larger the worse.
    static func measured(_ value: Double, warning: Double, critical: Double) -> Status {
        value > critical ? .critical : value > warning ? .warning : .ok
    }
}
