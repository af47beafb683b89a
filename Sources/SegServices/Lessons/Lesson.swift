import ImageOps
import SegLang
import SegValues

/// A lesson: a script whose comments are what the learner reads and whose statements are the model answers. `Docs/reference/Lessons.md` describes the file.
public struct Lesson: Sendable {
  /// The file's name without `.seg`, or its path for one that did not come with the program.
  public let name: String
  public let title: String
  /// What it is about, in a sentence.
  public let summary: String
  public let steps: [Step]

  public struct Step: Sendable {
    public let headline: String
    public let text: [Paragraph]
    /// Asked for one by one.
    public let hints: [String]
    /// Statements that run unseen before the step; what they name is handed to the learner, unless the name starts with `hidden`.
    public let preparation: [String]
    /// Statements that reach the checkpoint.
    public let answer: [String]
    /// Nil for a step that is only read.
    public let checkpoint: Checkpoint?
  }

  public enum Paragraph: Sendable, Hashable {
    case prose(String)
    /// A line to be shown as it stands, such as one to type.
    case verbatim(String)
  }

  /// What the learner is to make, and the truth that it is judged by.
  public struct Checkpoint: Sendable {
    /// The variable that the answer is given to.
    public let name: String
    /// An expression on what the preparation made.
    public let truth: String
    /// Dice coefficient from which a mask is good enough.
    public let dice: Double
    /// How far a figure may lie from the truth.
    public let tolerance: Double
  }

  /// Whether a variable of the preparation is kept from the learner.
  package static func isHidden(_ variable: String) -> Bool { variable.hasPrefix("hidden") }

  /// The line that gives the learner a value without saying how it was made.
  func line(for name: String) -> String {
    "\(name) = \(CommandWord.handout) \"\(name)\" lesson=\(LessonName(self.name).literal ?? self.name)"
  }

  /// Whether a value of a type is taken for an answer without being named.
  public static func areAnswers(_ typeName: String) -> Bool { [Mask.typeName, LabelImage.typeName].contains(typeName) }
}

/// Why a file is no lesson, with the line where that shows.
public enum LessonProblem: Error, CustomStringConvertible {
  case unknown(String, known: [String], near: [String])
  case unreadable(String)
  case isNoScript(String, Diagnostic)
  case noTitle(String)
  case noSteps(String)
  case noText(String, line: Int)
  case statementWithoutCheckpoint(String, line: Int)
  case badCheckpoint(String, line: Int)
  case noAnswer(String, line: Int)
  /// A line of the lesson's own failed.
  case failed(String, step: Int, line: String, message: String)
  case phantomHandedOut(String, variable: String)
  case nothingToHandOut(String, variable: String)
  case onlyWithAPerson
  case notRunning

  public var description: String {
    switch self {
    case .unknown(let name, let known, let near):
      "there is no lesson `\(name)`" + (near.isEmpty ? "" : "; did you mean \(near.map { "`\($0)`" }.alternatives)?")
        + (known.isEmpty ? "; no lessons are installed (set SEGSH_LESSONS to a folder of lessons)" : "; `lesson list` shows all")
    case .unreadable(let path): "`\(path)` cannot be read as a lesson: it is a folder, unreadable, or larger than 1 MiB"
    case .isNoScript(let name, let diagnostic): "\(name)\(Self.place(diagnostic)): \(diagnostic.message)"
    case .noTitle(let name): "\(name): a lesson must start with `seglang 1` and a comment with its title"
    case .noSteps(let name): "\(name): a lesson needs steps; each step starts with a comment `## Headline`"
    case .noText(let name, let line): "\(name):\(line): the step has no text; write comments below its headline"
    case .statementWithoutCheckpoint(let name, let line):
      "\(name):\(line): a step with statements must end in `checkpoint NAME reference=…`; write preparing statements above its headline"
    case .badCheckpoint(let name, let line):
      "\(name):\(line): write a checkpoint as `checkpoint NAME reference=(…) dice=0.9` (for a number: tolerance=); NAME is a variable"
    case .noAnswer(let name, let line): "\(name):\(line): the statements above the checkpoint are the model solution; there are none"
    case .failed(let name, let step, let line, let message): "\(name), step \(step): `\(line)` fails: \(message)"
    case .phantomHandedOut(let name, let variable):
      "\(name): `\(variable)` is a phantom, which contains the reference: name it `hidden…`, and give out only its image"
    case .nothingToHandOut(let name, let variable): "the lesson \(name) has no value named `\(variable)`"
    case .onlyWithAPerson: "lessons run only at the prompt, not in scripts"
    case .notRunning: "no lesson is running; `lesson list` shows all, `lesson NAME` starts one"
    }
  }

  private static func place(_ diagnostic: Diagnostic) -> String {
    diagnostic.source.map { ":\($0.location(of: diagnostic.span.start).line)" } ?? ""
  }
}
