import SegLang

/// `round`: a number with fewer digits.
struct RoundCommand: Command {
  static let category = Category.measuring
  static let summary = "Rounds a number to so many decimals."
  static let examples = [
    Example("12.3456 | round 1", "Gives 12.3."),
    Example("score = phantom | segment | severity; score.percent | round", "Rounds a figure to a whole number."),
  ]

  @Input("Number to round.") var number: Double
  @Argument("How many decimals stay.", in: 0...9) var decimals = 0

  func run(_ context: Context) throws -> Double {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (number * scale).rounded()
    return scaled.isFinite ? scaled / scale : number
  }
}
