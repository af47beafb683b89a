import Basics
import ImageOps
import SegLang
import SegValues

/// What a learner made beside the truth, in words that do not give the truth away.
public struct Assessment: Sendable {
  /// The smallest Dice coefficient that passes where a lesson states none.
  package static let standardDice = 0.9
  /// The largest difference that passes where a lesson states none.
  package static let standardTolerance = 1.0

  public let isReached: Bool
  /// "Dice 0.957", or what is wrong: "Dice 0.71 of 0.90: 30 % of the region is missing, 4 % of yours lies outside it".
  public let text: String

  /// - Returns: nil when the two cannot be compared: an image beside a mask, a mask beside a figure.
  /// - Throws: `CommandProblem.sizesDiffer`.
  package init?(of made: any Value, against truth: any Value, dice: Double, tolerance: Double) throws {
    if let made = made as? Double, let truth = truth as? Double {
      self.init(figure: made, truth: truth, tolerance: tolerance)
    } else if let truth = try? Mask.bind(truth), let made = try? Mask.bind(made) {
      guard made.size == truth.size else {
        throw CommandProblem.sizesDiffer("this mask", made.size, "the image of the lesson", truth.size)
      }
      self.init(overlap: try Overlap(of: made, against: truth), dice: dice)
    } else {
      return nil
    }
  }

  private init(overlap: Overlap, dice wanted: Double) {
    isReached = overlap.dice >= wanted
    // Rounded down, so that what falls short never looks like what is asked.
    let shown = NumberFormat.fixed((overlap.dice * 1000).rounded(.down) / 1000, 3)
    guard !isReached else {
      text = "Dice coefficient \(shown), at least \(NumberFormat.short(wanted, 3)) was required"
      return
    }
    let (missing, extra) = (1 - overlap.recall, 1 - overlap.precision)
    var faults: [String] = []
    if missing >= 0.005 { faults.append("\(NumberFormat.percent(missing)) of the reference region is missing") }
    if extra >= 0.005 { faults.append("\(NumberFormat.percent(extra)) of your region is outside it") }
    text =
      "Dice coefficient \(shown), at least \(NumberFormat.short(wanted, 3)) is required"
      + (faults.isEmpty ? "" : ": " + faults.joined(separator: ", "))
  }

  private init(figure: Double, truth: Double, tolerance: Double) {
    isReached = abs(figure - truth) <= tolerance
    let shown = NumberFormat.significant(figure)
    text =
      isReached
      ? "\(shown) is correct (reference \(NumberFormat.significant(truth)))" : "\(shown) is too \(figure > truth ? "high" : "low")"
  }
}
