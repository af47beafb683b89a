internal import Platform

/// Numbers on axes and in the notes of plots, with a typographic minus sign.
extension NumberFormat {
  /// With this many decimals (0...9).
  public static func plotFixed(_ number: Double, _ decimals: Int) -> String {
    guard number.isFinite else { return number.isNaN ? "-" : number < 0 ? "−∞" : "∞" }
    let decimals = min(max(decimals, 0), 9)
    return scaled(number, decimals).map { spelled($0, decimals, minus: "−") } ?? "\(Float(number))"
  }

  /// About three digits, without zeros at the end: `0.143`, `14.3`, `1430`.
  public static func plotShort(_ number: Double) -> String {
    let size = number.magnitude
    guard size.isFinite, size > 0 else { return plotFixed(number, 0) }
    if size < 1e-4 || size >= 1e9 { return scientific(number) }
    let text = plotFixed(number, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 5)
    return text.contains(".") ? withoutZeros(text) : text
  }

  /// With as many decimals as distinguish one step from the next.
  public static func plotLabel(_ number: Double, step: Double) -> String {
    guard number.magnitude < 1e7, step > 1e-7 else { return number == 0 ? "0" : scientific(number) }
    return plotFixed(number, max(0, Int((-log10(step) - 1e-9).rounded(.up))))
  }

  /// `2.5e−6`
  private static func scientific(_ number: Double) -> String {
    var exponent = Int(log10(number.magnitude).rounded(.down))
    var mantissa = number / pow(10, Double(exponent))
    if mantissa.magnitude >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return withoutZeros(plotFixed(mantissa, 2)) + "e" + (exponent < 0 ? "−" : "") + "\(exponent.magnitude)"
  }
}
