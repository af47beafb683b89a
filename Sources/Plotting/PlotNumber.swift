import Glibc

/// Formats numbers for axes and labels, independent of the locale.
public enum PlotNumber {
  /// Formats a number with this many decimals (0...9) and a true minus sign.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "-" : value < 0 ? "−∞" : "∞" }
    let decimals = min(max(decimals, 0), 9)
    let scaled = (value.magnitude * power(decimals)).rounded()
    guard scaled < 9e15 else { return "\(Float(value))" }
    let whole = Int64(scaled)
    let sign = value < 0 && whole != 0 ? "−" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// Formats a number with about three significant digits, without trailing zeros: `0.143`, `14.3`, `1430`.
  public static func short(_ value: Double) -> String {
    let size = value.magnitude
    guard size.isFinite, size > 0 else { return fixed(value, 0) }
    if size < 1e-4 || size >= 1e9 { return scientific(value) }
    var text = fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 5)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// With as many decimals as a step needs to be told from the next.
  static func label(_ value: Double, step: Double) -> String {
    guard value.magnitude < 1e7, step > 1e-7 else { return value == 0 ? "0" : scientific(value) }
    return fixed(value, max(0, Int((-log10(step) - 1e-9).rounded(.up))))
  }

  /// `2.5e−6`
  private static func scientific(_ value: Double) -> String {
    var exponent = Int(log10(value.magnitude).rounded(.down))
    var mantissa = value / pow(10, Double(exponent))
    if mantissa.magnitude >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    var text = fixed(mantissa, 2)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text + "e" + (exponent < 0 ? "−" : "") + "\(exponent.magnitude)"
  }

  private static func power(_ decimals: Int) -> Double { (0..<decimals).reduce(1) { product, _ in product * 10 } }
}
