import Basics
internal import Platform

/// The date of a report, and the time of a message.
package enum ReportDate {
  /// Today where the user is, as `2026-03-14`. `SOURCE_DATE_EPOCH`, seconds since 1970, stands for the present where it is set, so that a report can be made
  /// again byte for byte (reproducible-builds.org).
  package static var today: String {
    let fixed = Environment["SOURCE_DATE_EPOCH"].flatMap { Int($0) }
    var seconds = fixed ?? time(nil)
    var parts = tm()
    if fixed == nil { localtime_r(&seconds, &parts) } else { gmtime_r(&seconds, &parts) }
    return day(parts)
  }

  /// Now in UTC with microseconds, as `2026-03-14T09:26:53.589793Z` (RFC 3339).
  package static var now: String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(two).joined(separator: ":")
    return "\(day(parts))T\(clock).\(String(1_000_000 + time.tv_nsec / 1000).dropFirst())Z"
  }

  private static func day(_ parts: tm) -> String { "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))" }

  private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
