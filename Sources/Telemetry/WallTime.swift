import CLinux
import Glibc

/// A time of day, for people and log collectors.
struct WallTime {
    let milliseconds: Int

    static func now() -> WallTime {
        WallTime(milliseconds: Int(WallClock.milliseconds()))
    }

    /// `2026-01-02T03:04:05.678Z` (RFC 3339, UTC).
    var rfc3339: String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = "\(Self.padded(Int(parts.tm_year) + 1900, 4))-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        let ofDay = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "\(date)T\(ofDay).\(Self.padded(milliseconds % 1000, 3))Z"
    }

    private func two(_ number: Int32) -> String { Self.padded(Int(number), 2) }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
