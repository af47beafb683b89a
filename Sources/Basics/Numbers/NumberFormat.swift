internal import Platform

/// Numbers as text, the same whatever the locale, so that scripts, files and tests see one form.
///
/// Each format is in files, locks or transcripts that exist, so formats that differ in a few numbers only stay apart.
public enum NumberFormat {
  // MARK: For programs

  /// The shortest text that reads back as the same bits; whole numbers up to 2^53 have no decimals.
  public static func exact(_ number: Double) -> String {
    if number == number.rounded(), abs(number) <= 9_007_199_254_740_992 { return number == 0 ? "0" : String(Int64(number)) }
    return "\(number)"
  }

  /// The shortest text that reads back as the same bits of its type; every whole number that an `Int` holds has no decimals.
  public static func plain<Number: BinaryFloatingPoint>(_ number: Number) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }

  // MARK: For people

  /// Thousands separated by commas: `867,630`.
  public static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// With this many decimals (0...9), rounded to nearest.
  public static func fixed(_ number: Double, _ decimals: Int) -> String {
    scaled(number, decimals).map { spelled($0, decimals) } ?? "\(number)"
  }

  /// As ``fixed(_:_:)``; a hyphen for what is no number or too large for a column of a table.
  public static func tabulated(_ number: Double, _ decimals: Int = 3) -> String {
    number.isFinite && abs(number) < 1e12 ? fixed(number, decimals) : "-"
  }

  /// With this many decimals (at most 15), rounded as the binary value says, as in C: the `Double` nearest to 1.115 lies below it and is `1.11`,
  /// where ``fixed(_:_:)`` writes `1.12`. The language's `{x:.2}`.
  public static func binaryFixed(_ number: Double, _ decimals: Int) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
    let scale = power(min(decimals, 15))
    let product = abs(number) * scale
    guard product < 9e15 else { return "\(number)" }
    var scaled = Int64(product.rounded(.toNearestOrEven))
    // A product that rounding made a half decides nothing.
    let rest = (-product).addingProduct(abs(number), scale)
    if product - product.rounded(.down) == 0.5, rest != 0 { scaled = Int64(product.rounded(rest < 0 ? .down : .up)) }
    return spelled(number < 0 ? -scaled : scaled, min(decimals, 15))
  }

  /// At most this many decimals, without zeros at the end: `14`, `14.4`. What is not 0 is not shown as 0 but with its first digit: `0.0004`.
  public static func short(_ number: Double, _ decimals: Int = 2) -> String {
    let text = fixed(number, decimals)
    guard text.contains("."), !text.contains("e") else { return text }
    let short = withoutZeros(text)
    guard short == "0", number != 0, decimals < 9 else { return short }
    return number.magnitude < 1e-9 ? "\(number)" : self.short(number, decimals + 1)
  }

  /// Three significant digits or more: `0.143`, `1.43`, `14.3`, `143`, `1430`.
  public static func significant(_ number: Double) -> String {
    let size = number.magnitude
    if size == 0 || !size.isFinite { return short(number) }
    if size >= 100 { return grouped(fixed(number, 0)) }
    if size >= 10 { return short(number, 1) }
    if size >= 1 { return short(number, 2) }
    return size >= 0.001 ? short(number, size >= 0.1 ? 3 : 5) : "\(number)"
  }

  /// At least this many decimals and four significant digits, so that nothing but 0 becomes 0: `0.3571`, `0.00001234`, `1234.5678`.
  public static func precise(_ number: Double, _ decimals: Int = 4) -> String {
    guard number != 0, number.magnitude < 0.1, number.isFinite else { return short(number, decimals) }
    let needed = Int((-log10(number.magnitude)).rounded(.up)) + 3
    return needed <= 9 ? short(number, max(decimals, needed)) : "\(number)"
  }

  /// A statistic of a recorded value: whole numbers in groups, others to the millionth: `12,345`, `0.357143`.
  public static func statistic(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return grouped(Int(number)) }
    return exact((number * 1e6).rounded() / 1e6)
  }

  /// A share of 0...1 in percent: `36 %`, `3.6 %`, `0.04 %`.
  public static func percent(_ share: Double) -> String { percentage(share * 100) }

  /// A percentage of 0...100: `36 %`, `3.6 %`, `0.04 %`.
  public static func percentage(_ value: Double) -> String {
    let size = value.magnitude
    if size > 0, size < 0.005 { return "< 0.01 %" }
    return (size >= 10 || size == 0 ? fixed(value, 0) : size >= 1 ? fixed(value, 1) : fixed(value, 2)) + " %"
  }

  private static func grouped(_ text: String) -> String { Int(text).map(grouped) ?? text }

  // MARK: Digits

  /// The number times a power of ten, rounded to nearest; nil for what is not finite or has more digits than a `Double` holds.
  static func scaled(_ number: Double, _ decimals: Int) -> Int64? {
    let scaled = (number.magnitude * power(decimals)).rounded()
    guard scaled < 9e15 else { return nil }
    return number < 0 ? -Int64(scaled) : Int64(scaled)
  }

  /// What ``scaled(_:_:)`` made, with its decimal point.
  static func spelled(_ scaled: Int64, _ decimals: Int, minus: String = "-") -> String {
    let sign = scaled < 0 ? minus : ""
    let digits = String(scaled.magnitude)
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A text with a decimal point without the zeros at its end.
  static func withoutZeros(_ text: String) -> String {
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func power(_ decimals: Int) -> Double { (0..<decimals).reduce(1) { product, _ in product * 10 } }
}
