import SegLang

/// What a student did in a lesson, as a text: a script that `:save` wrote, or a copy of the terminal.
///
/// In a copy of the terminal, lines that begin with a prompt count, and all others are output. It also shows errors, wrong answers, hints and
/// skips, which a saved script does not.
public struct Transcript: Sendable {
  public let name: String
  /// Whether lines with a prompt were found.
  public let isTerminalCopy: Bool
  /// The statements in order.
  let lines: [Line]

  struct Line: Sendable {
    let text: String
    /// In the file, from 1.
    let number: Int
  }

  /// Most lines of a transcript; what follows is not read.
  public static let lineLimit = 2000

  public init(_ text: String, name: String, in registry: Registry) {
    self.name = name
    let all = text.split(omittingEmptySubsequences: false) { $0.isNewline }.prefix(20_000)
    var typed: [Line] = []
    var isOpen = false
    for (index, line) in all.enumerated() {
      if let input = Self.input(ofPrompt: line) {
        typed.append(Line(text: String(input), number: index + 1))
        isOpen = true
      } else if isOpen, line.hasPrefix(Self.continuation), let last = typed.popLast() {
        typed.append(Line(text: last.text + "\n" + line.dropFirst(Self.continuation.count), number: last.number))
      } else {
        isOpen = false
      }
    }
    isTerminalCopy = !typed.isEmpty
    lines = Array((isTerminalCopy ? typed : Self.statements(text, name, registry)).prefix(Self.lineLimit))
  }

  /// What a prompt shows for a line that continues the one before.
  private static let continuation = "  ... "

  /// What was typed after a prompt: `segsh> `, `p01 _7 Mask> `, `opening 1/5 _2 Mask> `; nil for a line without one.
  private static func input(ofPrompt line: Substring) -> Substring? {
    guard let end = line.firstIndex(of: ">"), line.index(after: end) == line.endIndex || line[line.index(after: end)] == " " else {
      return nil
    }
    let words = line[..<end].split(separator: " ")
    guard let last = words.last, words.count <= 8, line.first != " ", line[..<end].last != " " else { return nil }
    let isResult = words.count > 1 && words[words.count - 2].first == "_" && Int(words[words.count - 2].dropFirst()) != nil
    let place = last.split(separator: "/", omittingEmptySubsequences: false)
    let isPlace = words.count > 1 && place.count == 2 && place.allSatisfy { Int($0) != nil }
    guard words == ["segsh"] || isResult || isPlace else { return nil }
    return line[line.index(after: end)...].drop { $0 == " " }
  }

  /// The statements of a script; its lines where it cannot be read as one.
  private static func statements(_ text: String, _ name: String, _ registry: Registry) -> [Line] {
    let tree = SyntaxTree(parsing: SourceText(text, name: name)) { registry[$0] != nil }
    guard !tree.diagnostics.contains(where: { $0.severity == .error }) else {
      return text.split(omittingEmptySubsequences: false) { $0.isNewline }.enumerated().compactMap { index, line in
        line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") || line.hasPrefix("seglang ")
          ? nil : Line(text: String(line), number: index + 1)
      }
    }
    return Outline(tree).items.compactMap { item in
      guard case .statement(let statement) = item, !statement.isVersion else { return nil }
      return Line(text: statement.text, number: statement.line)
    }
  }
}
