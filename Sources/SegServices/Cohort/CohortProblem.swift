import Basics
import SegLang

/// Why a cohort cannot be run, continued or merged.
package enum CohortProblem: Error, Equatable, CustomStringConvertible {
  case noSuchFolder(String)
  /// A list names two cases alike.
  case duplicateCase(String, list: String)
  case emptyList(String)
  case missingFile(String, list: String, line: Int)
  /// The param that the case would go to, and that an option or a column gives too.
  case severalPaths([String])
  case unknownParameter(String, near: [String])
  case notAPath(String)
  case missingParameters([String])
  case badParameter(String, String, hint: String)
  case noSuchValue(String, known: [String])
  case noRow(String)
  case rowCount(Int)
  case noValue
  /// Values that have the name of a fixed column.
  case reservedColumn(String)

  /// A folder that holds a run already, and how many of its cases are done.
  case alreadyRun(String, done: Int, of: Int)
  case foreignResults(String)
  case inUse(String)
  case otherVersion(String)
  case notARun(String)
  case damaged(String, line: Int)
  /// What differs from the run that is to be continued.
  case changed(String, [String])
  case changedFiles([String])
  case cannotWrite(String, String)

  case shardsDiffer(String, String, [String])
  case shardTwice(Int, String, String)
  case shardsMissing([Int], of: Int)
  case shardUnfinished(String, done: Int, of: Int)
  case notAShard(String)

  package var description: String {
    switch self {
    case .noSuchFolder(let path): "there is no folder, list or pattern `\(path)`"
    case .duplicateCase(let name, let list): "\(list) names the case `\(name)` twice; names in the column `case` must differ"
    case .emptyList(let list): "\(list) lists no cases; it needs a column `file` with one image per row"
    case .missingFile(let name, let list, let line): "\(list):\(line): the column `file` is empty for `\(name)`"
    case .severalPaths(let names):
      "the script has several required parameters of type Path (\(names.joined(separator: ", "))), so it is not clear which one is the case;"
        + " give the others as options or as columns of the list, or name the parameter: --case-param \(names[0])"
    case .unknownParameter(let name, let near):
      "unknown option or script parameter `\(name)`"
        + (near.isEmpty ? "" : "; did you mean \(near.map { "`\($0)`" }.joined(separator: " or "))?")
    case .notAPath(let name): "the script has no parameter `\(name)` of type Path that could receive the case"
    case .missingParameters(let names):
      "the script needs a value for \(names.map { "--\($0)" }.joined(separator: ", ")); give it as an option, or as a column of a list of cases"
    case .badParameter(let name, let text, let hint): "--\(name) is `\(text)` but must be \(hint)"
    case .noSuchValue(let name, let known):
      "the script does not assign `\(name)`"
        + (known.isEmpty ? "" : "; its variables are: \(known.joined(separator: ", "))")
    case .noRow(let type):
      "the result is of type \(type), but a cohort needs numbers, texts or records, such as the result of severity: measure something, or name"
        + " variables with --values"
    case .rowCount(let count):
      "the result is a table with \(count) rows, but a cohort needs one row per case: aggregate it, or take one row"
    case .noValue: "the script returned no value for this case: its last statement must be a value, or name variables with --values"
    case .reservedColumn(let name): "the script's value `\(name)` has the name of a column that every cohort has; rename it"
    case .alreadyRun(let folder, let done, let count):
      "\(folder) already contains a run with \(NumberFormat.grouped(done)) of \(NumberFormat.grouped(count)) cases done: add --resume to continue,"
        + " or choose another folder"
    case .foreignResults(let path):
      "`\(path)` exists but is not from a cohort run in this folder; choose another folder, or move the file away"
    case .inUse(let folder): "another segsh cohort is running in \(folder); wait for it, or choose another folder"
    case .otherVersion(let path): "`\(path)` was written by a later version of segsh"
    case .notARun(let path): "`\(path)` is not the journal of a cohort run"
    case .damaged(let path, let line):
      "`\(path)` is damaged at line \(line), before its last line: restore it from a backup, or start again in another folder"
    case .changed(let folder, let changes):
      "the run in \(folder) cannot continue, because its results would be mixed: \(changes.joined(separator: "; "))."
        + " Undo the change, or start again in another folder"
    case .changedFiles(let names):
      "\(names.count == 1 ? "the file of 1 case has" : "the files of \(NumberFormat.grouped(names.count)) cases have") changed since"
        + " \(names.count == 1 ? "it was" : "they were") processed: \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : "");"
        + " restore the files, or start again in another folder"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .shardsDiffer(let first, let other, let changes):
      "\(other) cannot be merged with \(first): \(changes.joined(separator: "; "))"
    case .shardTwice(let number, let first, let second): "\(first) and \(second) are both shard \(number)"
    case .shardsMissing(let numbers, let count):
      "\(numbers.count == 1 ? "shard" : "shards") \(numbers.prefix(10).map(String.init).joined(separator: ", "))\(numbers.count > 10 ? ", …" : "")"
        + " of \(count) \(numbers.count == 1 ? "is" : "are") missing"
    case .shardUnfinished(let folder, let done, let count):
      "\(folder) is not finished: \(NumberFormat.grouped(done)) of \(NumberFormat.grouped(count)) cases are done; continue it with --resume"
    case .notAShard(let folder): "\(folder) is a whole run, not a shard; there is nothing to merge"
    }
  }

  /// Whether nothing ran because of what was asked for.
  package var isUsage: Bool { if case .cannotWrite = self { false } else { true } }
}
