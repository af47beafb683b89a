import SegLang
import SegValues

extension Lesson {
  /// Reads a lesson's text.
  /// - Throws: `LessonProblem`.
  public init(_ text: String, name: String, in registry: Registry) throws {
    let tree = SyntaxTree(parsing: SourceText(text, name: name)) { registry[$0] != nil }
    if let diagnostic = tree.diagnostics.first(where: { $0.severity == .error }) { throw LessonProblem.isNoScript(name, diagnostic) }
    var reader = LessonReader(name: name)
    for item in Outline(tree).items { try reader.take(item) }
    self = try reader.lesson()
  }
}

/// Puts a lesson together from the comments and statements of its script.
private struct LessonReader {
  let name: String
  private var head: [String] = []
  private var isInHead = true
  private var steps: [Lesson.Step] = []
  private var preparation: [String] = []
  private var open: Open?

  /// The step being read.
  private struct Open {
    let headline: String
    let line: Int
    let preparation: [String]
    var text = LessonText()
    var hints: [String] = []
    var answer: [String] = []
  }

  init(name: String) { self.name = name }

  mutating func take(_ item: Outline.Item) throws {
    switch item {
    case .gap:
      if !head.isEmpty { isInHead = false }
      open?.text.endParagraph()
    case .comment(let text, let line, let isOwnLine):
      if isOwnLine { try take(comment: text, line: line) }
    case .statement(let statement): try take(statement)
    }
  }

  private mutating func take(comment text: String, line: Int) throws {
    if text.hasPrefix("#") {
      isInHead = false
      try close()
      open = Open(headline: String(text.drop { $0 == "#" }).trimmingBlanks, line: line, preparation: preparation)
      preparation = []
    } else if text.hasPrefix("?") {
      open?.hints.append(String(text.dropFirst()).trimmingBlanks)
    } else if isInHead {
      head.append(text.trimmingBlanks)
    } else if open?.answer.isEmpty == true {
      open?.text.take(text)
    }
  }

  private mutating func take(_ statement: Outline.Statement) throws {
    if statement.isVersion { return }
    isInHead = false
    guard open != nil else {
      if statement.command == CommandWord.checkpoint { throw LessonProblem.noSteps(name) }
      preparation.append(statement.text)
      return
    }
    guard statement.command == CommandWord.checkpoint else {
      open?.answer.append(statement.text)
      return
    }
    try close(with: try checkpoint(statement))
  }

  private func checkpoint(_ statement: Outline.Statement) throws -> Lesson.Checkpoint {
    func argument(_ name: String?) -> String? { statement.arguments.first { $0.name == name }?.text }
    func number(_ name: String, _ standard: Double) throws -> Double {
      guard let text = argument(name) else { return standard }
      guard let number = Literal(text).number, number.unit.isEmpty else {
        throw LessonProblem.badCheckpoint(self.name, line: statement.line)
      }
      return number.value
    }
    guard let variable = argument(nil), let truth = argument("reference"),
      variable.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }), !Lesson.isHidden(variable)
    else { throw LessonProblem.badCheckpoint(name, line: statement.line) }
    return Lesson.Checkpoint(
      name: variable, truth: truth, dice: try number("dice", Assessment.standardDice),
      tolerance: try number("tolerance", Assessment.standardTolerance))
  }

  /// Ends the open step.
  private mutating func close(with checkpoint: Lesson.Checkpoint? = nil) throws {
    guard let step = open else { return }
    open = nil
    guard !step.text.paragraphs.isEmpty else { throw LessonProblem.noText(name, line: step.line) }
    if checkpoint == nil, !step.answer.isEmpty { throw LessonProblem.statementWithoutCheckpoint(name, line: step.line) }
    if checkpoint != nil, step.answer.isEmpty { throw LessonProblem.noAnswer(name, line: step.line) }
    steps.append(
      Lesson.Step(
        headline: step.headline, text: step.text.paragraphs, hints: step.hints, preparation: step.preparation, answer: step.answer,
        checkpoint: checkpoint))
  }

  mutating func lesson() throws -> Lesson {
    try close()
    guard let title = head.first, !title.isEmpty else { throw LessonProblem.noTitle(name) }
    guard !steps.isEmpty else { throw LessonProblem.noSteps(name) }
    return Lesson(name: name, title: title, summary: head.dropFirst().joined(separator: " ").trimmingBlanks, steps: steps)
  }
}

/// Comments as paragraphs: lines are joined, an empty comment ends a paragraph, and a line that is indented stands as it is.
private struct LessonText {
  private(set) var paragraphs: [Lesson.Paragraph] = []
  private var isInProse = false

  mutating func take(_ line: String) {
    let text = line.trimmingBlanks
    if text.isEmpty {
      isInProse = false
    } else if line.prefix(while: { $0 == " " }).count >= 3 {
      paragraphs.append(.verbatim(text))
      isInProse = false
    } else if isInProse, case .prose(let before)? = paragraphs.last {
      paragraphs[paragraphs.count - 1] = .prose(before + " " + text)
    } else {
      paragraphs.append(.prose(text))
      isInProse = true
    }
  }

  mutating func endParagraph() { isInProse = false }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
