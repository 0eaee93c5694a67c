import Fleet
import Foundation

/// Times as the API writes and reads them.
enum RFC3339 {
    /// `2026-01-02T03:04:05.678Z`
    static func text(_ time: Timestamp) -> String {
        let seconds = time.milliseconds.dividedRoundingDown(by: 1000)
        let days = seconds.dividedRoundingDown(by: 86_400)
        let ofDay = seconds - days * 86_400
        let (year, month, day) = civil(fromDays: days)
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(ofDay / 3600, 2)):\(pad(ofDay / 60 % 60, 2)):"
            + "\(pad(ofDay % 60, 2)).\(pad(time.milliseconds - seconds * 1000, 3))Z"
    }

    /// Any RFC 3339 time, with or without fraction, a blank allowed for the `T`; a time without zone counts as UTC.
    /// What is finer than a millisecond is left out. A leap second is the first one of the next minute.
    static func parse(_ text: String) -> Timestamp? {
        let syntax =
            #/(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|([+-])(\d\d):(\d\d))?/#
            .asciiOnlyDigits()
        guard let match = text.wholeMatch(of: syntax)?.output,
            let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3),
            let hour = Int64(match.4), let minute = Int64(match.5), let second = Int64(match.6),
            (1...12).contains(month), hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = Self.days(toYear: year, month: month, day: day)
        // A day that the month does not have is one of the next month.
        guard civil(fromDays: days) == (year, month, day) else { return nil }
        let fraction = (match.7.map(String.init) ?? "").padding(toLength: 3, withPad: "0", startingAt: 0)
        var offset: Int64 = 0
        if let sign = match.9, let hours = match.10.flatMap({ Int64($0) }),
            let minutes = match.11.flatMap({ Int64($0) })
        {
            guard hours < 24, minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
        }
        let seconds = days * 86_400 + (hour * 60 + minute - offset) * 60 + second
        return Timestamp(milliseconds: seconds * 1000 + (Int64(fraction) ?? 0))
    }

    /// The day counted from 1970-01-01, with years that are counted from March.
    private static func days(toYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.dividedRoundingDown(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The Gregorian date of a day counted from 1970-01-01; years are counted from March, so that leap days come last.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.dividedRoundingDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func dividedRoundingDown(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
