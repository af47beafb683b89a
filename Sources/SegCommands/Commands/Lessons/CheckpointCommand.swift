import ImageOps
import SegLang

/// `checkpoint`: what a lesson asks for.
struct CheckpointCommand: Command {
  static let category = Category.lessons
  static let summary = "Judges an answer by the truth: a mask by its Dice coefficient, a figure by its distance."
  static let discussion = """
    In a lesson's file it ends a step: the statements above it are the model answer, and the learner's answer is judged alike. In any other script it stops \
    the run when the answer is not good enough.
    """
  static let examples = [
    Example("p = phantom; s = p | segment; checkpoint s.lungs truth=p.lungs dice=0.8", "Judges a mask."),
    Example("checkpoint 41 truth=42 within=2", "Judges a figure."),
  ]
  static let seeAlso = ["lesson", "compare"]
  static let standardDice = 0.9
  static let standardTolerance = 1.0

  @Input("Mask or figure to judge.") var answer: MaskOrNumber
  @Option("Mask or figure that it is judged by.") var truth: MaskOrNumber
  @Option("Dice coefficient from which a mask is good enough.", in: 0...1) var dice = standardDice
  @Option("How far a figure may lie from the truth.", in: 0...1e12) var within = standardTolerance

  func run(_ context: Context) throws {
    guard let judgement = try Judgement(of: answer.member, against: truth.member, dice: dice, tolerance: within) else {
      throw CommandProblem.wantsOneOf(["two masks", "two figures"])
    }
    guard judgement.isReached else { throw CommandProblem.notReached(judgement.text) }
    context.note("reached: \(judgement.text)")
  }
}

/// What a lesson may ask for.
enum MaskOrNumber: Union {
  case mask(Mask)
  case number(Double)

  static let members: [any Value.Type] = [Mask.self, Double.self]

  init?(_ value: any Value) {
    switch value {
    case let mask as Mask: self = .mask(mask)
    case let number as Double: self = .number(number)
    default: return nil
    }
  }

  var member: any Value {
    switch self {
    case .mask(let mask): mask
    case .number(let number): number
    }
  }
}
