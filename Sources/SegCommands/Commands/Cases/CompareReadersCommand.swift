import SegLang
import SegServices
import SegValues

/// `compare-readers`: the agreement of two readers of a worklist.
struct CompareReadersCommand: Command {
  enum Rows: String, Choice {
    case cases, summary
    var choiceHelp: String {
      switch self {
      case .cases: "one row per case that both readers decided"
      case .summary: "one row per measure of agreement, with its interval"
      }
    }
  }

  static let category = Category.cases
  static let summary = "Compares two readers of a worklist: Dice, kappa, ICC and Bland-Altman limits."
  static let discussion = """
    The place is that of worklist, and out= and state= must be those of the readings. With rows=cases the table has the percentage of both \
    readers, the first minus the second, the Dice coefficients of lungs and opacity (1 if both are empty) and both grades; agree, plot and \
    summarize take it further. rows=summary returns the mean Dice coefficients (interval by Student's t), kappa of the grade with quadratic \
    weights, ICC(A,1) of the percentage (absolute agreement, single rating; McGraw and Wong 1996), and bias and 95 % limits of agreement of the \
    percentage (Bland and Altman 1999). A measure that these cases do not define has no value. Cases that one of them has not decided are \
    left out, which a note says. worklist adjudicate= opens the cases in which they differ.
    """
  static let examples = [
    Example(
      "for k in 1..3 { phantom size=64 seed=k | save \"case-{k}.png\" }; compare-readers case-*.png A,B state=study.sqlite",
      "Lists the cases that A and B both decided; none yet."),
    Example(
      "for k in 1..3 { phantom size=64 seed=k | save \"case-{k}.png\" }; compare-readers case-*.png A,B rows=summary state=study.sqlite",
      "Summarizes their agreement."),
  ]
  static let seeAlso = ["worklist", "agree", "compare", "plot"]
  static let keywords = ["agreement", "reader", "interobserver", "interrater", "bland-altman", "kappa", "icc", "dice", "adjudication"]
  static let traits: CommandTraits = [.readsFiles, .isSource, .asksMachine]

  @Argument("Folder, file pattern, CSV list or archive of the worklist.", extensions: ["csv"]) var source: Glob
  @Argument("The two readers, as A,B.") var readers: String
  @Option("Rows of the table.") var rows = Rows.cases
  @Option("Confidence level of the intervals.", in: 0.5...0.999) var level = 0.95
  @Option("Study dates in an archive: 20260131, 20260101-20260131 or 20260101-. Default: all.") var dates: String?
  @Option("Maximum number of studies from an archive, for each of CR and DX.", in: 1...1000) var limit = 50
  @Option("Folder of the accepted results.") var out = Path("worklist-results")
  @Option("File of the state. Default: worklist.sqlite in the state folder of segsh.") var state: Path?

  func run(_ context: Context) throws -> Table {
    let pair = try ReaderName.pair(readers)
    guard let path = state.map({ context.resolved($0) }) ?? context[WorklistStateService.self] else { throw Worklist.Problem.noState }
    let items = try Worklist.items(at: source.pattern, dates: dates, limit: limit, context)
    for item in items { context.remember(StepFile(role: .listed, name: item.file.text, isArgument: false, byteCount: 0) { nil }) }
    let comparison = try ReaderComparison(of: items, by: pair, in: WorklistStore(path), folder: out, context)
    if comparison.undecided > 0 {
      context.note("\(comparison.undecided) of \(items.count) cases are left out: \(pair.first) or \(pair.second) has not decided them")
    }
    if comparison.withoutAnnotations > 0 {
      context.note("\(comparison.withoutAnnotations) cases have no Dice coefficient: annotations are missing in \(out.text)")
    }
    return rows == .cases ? comparison.table : comparison.summary(level: level)
  }
}
