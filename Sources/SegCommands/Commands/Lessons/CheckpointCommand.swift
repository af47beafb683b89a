import ImageOps
import SegLang
import SegServices
import SegValues

/// `checkpoint`: what a lesson asks for.
struct CheckpointCommand: Command {
  static let category = Category.lessons
  static let summary = "Compares an answer with a reference: a mask by Dice coefficient, a number by difference."
  static let discussion = """
    In a lesson file, a checkpoint ends a step: the statements above it are the model answer, and the learner's answer is compared in the same \
    way. In any other script, the run stops if the answer is not good enough.
    """
  static let examples = [
    Example("p = phantom; s = p | segment; checkpoint s.lungs reference=p.lungs dice=0.8", "Compares a mask with a reference."),
    Example("checkpoint 41 reference=42 tolerance=2", "Compares a number with a reference."),
  ]
  static let seeAlso = ["lesson", "compare"]

  @Input("Mask or number to check.") var answer: MaskOrNumber
  @Option("Reference mask or number.") var reference: MaskOrNumber
  @Option("Smallest Dice coefficient to pass.", in: 0...1) var dice = Assessment.standardDice
  @Option("Largest difference to pass.", in: 0...1e12) var tolerance = Assessment.standardTolerance

  func run(_ context: Context) throws {
    guard let assessment = try Assessment(of: answer.member, against: reference.member, dice: dice, tolerance: tolerance) else {
      throw CommandProblem.wantsOneOf(["two masks", "two figures"])
    }
    guard assessment.isReached else { throw CommandProblem.notReached(assessment.text) }
    context.note("reached: \(assessment.text)")
  }
}

/// What a lesson may ask for.
enum MaskOrNumber: Union {
  case mask(Mask)
  case number(Double)

  static let unionCases = [UnionCase(Self.mask), UnionCase(Self.number)]
}
