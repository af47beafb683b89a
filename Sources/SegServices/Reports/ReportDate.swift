internal import Platform

/// The date of a report.
package enum ReportDate {
  /// Today where the user is, as `2026-03-14`. `SOURCE_DATE_EPOCH`, seconds since 1970, stands for the present where it is set, so that a report can be made
  /// again byte for byte (reproducible-builds.org).
  package static var today: String {
    let fixed = getenv("SOURCE_DATE_EPOCH").flatMap { Int(String(cString: $0)) }
    var seconds = fixed ?? time(nil)
    var parts = tm()
    if fixed == nil { localtime_r(&seconds, &parts) } else { gmtime_r(&seconds, &parts) }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }
}
