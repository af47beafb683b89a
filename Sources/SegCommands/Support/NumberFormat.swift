import Glibc

/// Numbers as people read them. Independent of the locale, so that scripts and tests see one form.
enum NumberFormat {
  /// Thousands separated by commas: `867,630`.
  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// With this many decimals (0...9), rounded to nearest.
  static func fixed(_ number: Double, _ decimals: Int) -> String {
    guard number.isFinite else { return "\(number)" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (number.magnitude * scale).rounded()
    guard scaled < 9e15 else { return "\(number)" }
    let whole = Int64(scaled)
    let sign = number < 0 && whole != 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// At most this many decimals, without zeros at the end: `14`, `14.4`. What is not 0 is not shown as 0 but with its first digit: `0.0004`.
  static func short(_ number: Double, _ decimals: Int = 2) -> String {
    var text = fixed(number, decimals)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    guard text == "0", number != 0, decimals < 9 else { return text }
    return number.magnitude < 1e-9 ? "\(number)" : short(number, decimals + 1)
  }

  /// Three significant digits or more: `0.143`, `1.43`, `14.3`, `143`, `1430`.
  static func significant(_ number: Double) -> String {
    let size = number.magnitude
    if size == 0 || !size.isFinite { return short(number) }
    if size >= 100 { return grouped(fixed(number, 0)) }
    if size >= 10 { return short(number, 1) }
    if size >= 1 { return short(number, 2) }
    return size >= 0.001 ? short(number, size >= 0.1 ? 3 : 5) : "\(number)"
  }

  /// At least this many decimals and four significant digits, so that nothing but 0 becomes 0: `0.3571`, `0.00001234`, `1234.5678`.
  static func precise(_ number: Double, _ decimals: Int = 4) -> String {
    guard number != 0, number.magnitude < 0.1, number.isFinite else { return short(number, decimals) }
    let needed = Int((-log10(number.magnitude)).rounded(.up)) + 3
    return needed <= 9 ? short(number, max(decimals, needed)) : "\(number)"
  }

  private static func grouped(_ text: String) -> String { Int(text).map(grouped) ?? text }

  /// A share of 0...1 in percent: `36 %`, `3.6 %`, `0.04 %`.
  static func percent(_ share: Double) -> String { percentage(share * 100) }

  /// A percentage of 0...100: `36 %`, `3.6 %`, `0.04 %`.
  static func percentage(_ value: Double) -> String {
    let size = value.magnitude
    if size > 0, size < 0.005 { return "< 0.01 %" }
    return (size >= 10 || size == 0 ? fixed(value, 0) : size >= 1 ? fixed(value, 1) : fixed(value, 2)) + " %"
  }
}
