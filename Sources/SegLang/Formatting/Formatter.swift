/// Formats scripts in canonical style: two spaces of indentation, one statement per line, one space between words. Comments and single
/// blank lines are kept.
///
/// Formatting is idempotent. A text with syntax errors is returned unchanged.
public struct Formatter: Sendable {
  private let registry: Registry?
  /// Functions from outside of the text, whose arguments are mended as well.
  var functions: [String: Checker.Function] = [:]
  /// Whether a second `=` becomes `:=`, as in what was typed at the prompt and goes into a script. In a script it may be a slip, and stays.
  var mendsReassignments = false

  /// Creates a formatter.
  /// - Parameter registry: Signatures for repairing prompt shortcuts (`--radius 3` becomes `radius=3px`); nil leaves arguments unchanged.
  public init(registry: Registry? = nil) { self.registry = registry }

  /// Formats a text.
  /// - Parameter isCommand: Whether a name is a command, which decides how the rest of its line is parsed.
  /// - Returns: The formatted text, or the text itself when it has syntax errors.
  public func format(_ text: String, isCommand: @escaping (String) -> Bool) -> String {
    format(SyntaxTree(parsing: SourceText(text), isCommand: isCommand), isCommand: isCommand)
  }

  /// Formats a syntax tree.
  /// - Parameter isCommand: The predicate that the tree was parsed with; nil for the registry's commands.
  /// - Returns: The formatted text, or the source text when the tree has syntax errors.
  public func format(_ tree: SyntaxTree, isCommand: ((String) -> Bool)? = nil) -> String {
    guard tree.diagnostics.isEmpty else { return tree.source.text }
    var printer = TreePrinter(tree: mended(tree, isCommand))
    return printer.print()
  }

  private func mended(_ tree: SyntaxTree, _ isCommand: ((String) -> Bool)?) -> SyntaxTree {
    guard let registry else { return tree }
    var bytes = tree.source.bytes
    var start = bytes.count
    let checker = Checker(registry: registry, source: tree.source, mode: .script, functions: functions)
    let fixes = checker.check(tree).diagnostics.compactMap { diagnostic -> Diagnostic.Fix? in
      switch diagnostic.problem {
      case .missingUnit, .dashedOption: diagnostic.fix
      case .alreadyAssigned: mendsReassignments ? diagnostic.fix : nil
      default: nil
      }
    }
    if fixes.isEmpty { return tree }
    for fix in fixes.sorted(by: { $0.span.start > $1.span.start }) where fix.span.end <= start {
      bytes.replaceSubrange(fix.span.start..<fix.span.end, with: Array(fix.replacement.utf8))
      start = fix.span.start
    }
    let source = SourceText(String(decoding: bytes, as: UTF8.self), name: tree.source.name)
    let mended = SyntaxTree(parsing: source, modules: tree.modules, isCommand: isCommand ?? { registry[$0] != nil })
    guard mended.diagnostics.isEmpty else { return tree }
    // A dashed option's value may lack its unit as well: one more round mends it.
    return self.mended(mended, isCommand)
  }
}

/// Prints statements, blocks and the trivia between them.
struct TreePrinter {
  let tree: SyntaxTree
  private var lines: [String] = []
  private var tokenIndex = 0

  init(tree: SyntaxTree) { self.tree = tree }

  /// A block that stands as an argument in a statement with this indent.
  static func text(_ block: Block, of tree: SyntaxTree, indent: Int) -> String {
    var printer = TreePrinter(tree: tree)
    printer.tokenIndex = tree.tokens.firstIndex(notBefore: block.span.start + 1)
    let inside = Span(block.span.start + 1, max(block.span.start + 1, block.span.end - 1))
    let fitsOneLine =
      block.statements.count == 1 && !tree.source[inside].utf8.contains(10) && block.statements[0].blocks.isEmpty
    printer.print(block.statements, indent: fitsOneLine ? 0 : indent + 2, end: inside.end)
    if printer.lines.isEmpty { return "{}" }
    if fitsOneLine { return "{ " + printer.lines.joined() + " }" }
    return "{\n" + printer.lines.joined(separator: "\n") + "\n" + printer.pad(indent) + "}"
  }

  private var source: SourceText { tree.source }

  mutating func print() -> String {
    print(tree.statements, indent: 0, end: source.bytes.count)
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  private mutating func print(_ statements: [Statement], indent: Int, end: Int) {
    for (index, statement) in statements.enumerated() {
      trivia(before: statement.span.start, indent: indent, isFirst: index == 0)
      print(statement, indent: indent)
    }
    trivia(before: end, indent: indent, isFirst: statements.isEmpty, isLast: true)
  }

  /// Comments and single blank lines up to an offset.
  private mutating func trivia(before offset: Int, indent: Int, isFirst: Bool, isLast: Bool = false) {
    var breaks = 0
    var isStart = isFirst
    while tokenIndex < tree.tokens.count, tree.tokens[tokenIndex].span.end <= offset {
      let token = tree.tokens[tokenIndex]
      tokenIndex += 1
      switch token.kind {
      case .newline: breaks += 1
      case .comment:
        let text = trimmed(source[token.span])
        if breaks == 0, !lines.isEmpty, !(isStart && indent == 0) {
          lines[lines.count - 1] += "  " + text
        } else {
          if breaks > 1, !isStart { lines.append("") }
          lines.append(pad(indent) + text)
        }
        breaks = 0
        isStart = false
      default: break
      }
    }
    if breaks > 1, !isStart, !isLast { lines.append("") }
  }

  private mutating func skip(to offset: Int) {
    while tokenIndex < tree.tokens.count, tree.tokens[tokenIndex].span.end <= offset { tokenIndex += 1 }
  }

  private func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return String(text)
  }

  private func pad(_ indent: Int) -> String { String(repeating: " ", count: indent) }

  private mutating func print(_ statement: Statement, indent: Int) {
    let blocks = statement.blocks
    var index = tokenIndex
    var hasInnerComment = false
    while index < tree.tokens.count, tree.tokens[index].span.start < statement.span.end {
      let token = tree.tokens[index]
      if token.kind == .comment, !blocks.contains(where: { $0.span.contains(token.span.start) }),
        !tree.argumentBlocks.contains(where: { $0.contains(token.span.start) && $0.start >= statement.span.start })
      {
        hasInnerComment = true
      }
      index += 1
    }
    if hasInnerComment {
      // A comment inside an expression has no place of its own: the statement stays as it was written.
      let text = source[statement.span].split(separator: "\n", omittingEmptySubsequences: false).map { trimmed(String($0)) }
      lines.append(pad(indent) + text.joined(separator: "\n"))
      skip(to: statement.span.end)
      return
    }
    let text = ExpressionPrinter(tree: tree, indent: indent)
    switch statement.kind {
    case .invalid: lines.append(pad(indent) + source[statement.span])
    case .version(let version): lines.append(pad(indent) + "seglang " + (version.map(String.init) ?? ""))
    case .assignment(let name, let isReassignment, let pipeline):
      lines.append(pad(indent) + "\(name.text) \(isReassignment ? ":=" : "=") " + text.text(pipeline))
    case .use(let path, let alias): lines.append(pad(indent) + "use \(source[path.span]) as \(alias.text)")
    case .pipeline(let pipeline): lines.append(pad(indent) + text.text(pipeline))
    case .return(let pipeline): lines.append(pad(indent) + "return" + (pipeline.map { " " + text.text($0) } ?? ""))
    case .leave(let endsLoop): lines.append(pad(indent) + (endsLoop ? "break" : "continue"))
    case .print(let pipeline, let isLog): lines.append(pad(indent) + (isLog ? "log " : "print ") + text.text(pipeline))
    case .assertion(let pipeline, let isExpectation):
      lines.append(pad(indent) + (isExpectation ? "expect " : "assert ") + text.text(pipeline))
    case .attempt(let body, let name, let handler):
      lines.append(pad(indent) + "try {")
      print(body, indent: indent)
      lines[lines.count - 1] += " catch \(name.text) {"
      print(handler, indent: indent)
    case .parameter(let parameter):
      var line = pad(indent) + "param \(parameter.name.text)"
      if let type = parameter.type { line += ": \(type.text)" }
      if let standard = parameter.standard { line += " = " + text.text(standard) }
      if let range = parameter.range { line += " in \(range.low.text)..\(range.high.text)" }
      if let help = parameter.help { line += " " + source[help.span] }
      lines.append(line)
    case .conditional(let branches, let otherwise):
      for (number, branch) in branches.enumerated() {
        let head = "if " + text.text(branch.condition) + " {"
        if number == 0 { lines.append(pad(indent) + head) } else { lines[lines.count - 1] += " else " + head }
        print(branch.body, indent: indent)
      }
      if let otherwise {
        lines[lines.count - 1] += " else {"
        print(otherwise, indent: indent)
      }
    case .loop(let name, let sequence, let body):
      lines.append(pad(indent) + "for \(name.text) in " + text.text(sequence) + " {")
      print(body, indent: indent)
    case .whileLoop(let condition, let body):
      lines.append(pad(indent) + "while " + text.text(condition) + " {")
      print(body, indent: indent)
    case .function(let declaration):
      let parameters = declaration.parameters.map { parameter in
        parameter.name.text + (parameter.type.map { ": " + $0.text } ?? "") + (parameter.standard.map { " = " + text.text($0) } ?? "")
      }
      lines.append(pad(indent) + "fn \(declaration.name.text)(\(parameters.joined(separator: ", "))) {")
      print(declaration.body, indent: indent)
    }
    skip(to: statement.span.end)
  }

  /// What stands between the braces, and the closing one; the opening one ends the last line.
  private mutating func print(_ block: Block, indent: Int) {
    let inside = Span(block.span.start + 1, max(block.span.start + 1, block.span.end - 1))
    skip(to: inside.start)
    let before = lines.count
    let head = lines.last
    print(block.statements, indent: indent + 2, end: inside.end)
    if lines.count == before, lines.last == head {
      lines[lines.count - 1] += "}"
    } else {
      lines.append(pad(indent) + "}")
    }
    skip(to: block.span.end)
  }
}

/// Prints pipelines and expressions.
struct ExpressionPrinter {
  let tree: SyntaxTree
  let indent: Int

  private var source: SourceText { tree.source }
  private var deeper: ExpressionPrinter { ExpressionPrinter(tree: tree, indent: indent + 2) }
  private func lineBreak(_ indent: Int) -> String { "\n" + String(repeating: " ", count: indent) }

  func text(_ pipeline: Pipeline) -> String {
    var isBroken = false
    for (before, after) in zip(pipeline.stages, pipeline.stages.dropFirst()) {
      if source[Span(before.span.end, after.span.start)].utf8.contains(10) { isBroken = true }
    }
    return pipeline.stages.enumerated().map { (isBroken && $0.offset > 0 ? deeper : self).text($0.element) }
      .joined(separator: isBroken ? " |" + lineBreak(indent + 2) : " | ")
  }

  private func text(_ stage: Stage) -> String {
    switch stage {
    case .expression(let expression): text(expression)
    case .invocation(let invocation): ([invocation.name.text] + invocation.arguments.map { text($0) }).joined(separator: " ")
    }
  }

  private func text(_ argument: ArgumentNode) -> String {
    guard let name = argument.name else { return argument.content.map { text($0) } ?? "" }
    if argument.isDashed { return source[name.span] + (argument.content.map { "=" + text($0) } ?? "") }
    return name.text + "=" + (argument.content.map { text($0) } ?? "")
  }

  func text(_ content: ArgumentNode.Content) -> String {
    switch content {
    case .word(let word): word.text
    case .text(let text): source[text.span]
    case .expression(let expression): text(expression)
    case .block(let block): TreePrinter.text(block, of: tree, indent: indent)
    }
  }

  private func text(_ expression: Expression) -> String {
    switch expression.kind {
    case .invalid, .text, .quantity, .truth, .name, .result, .it: return source[expression.span]
    case .list(let items): return bracketed("[", items.map { item in { $0.text(item) } }, "]", expression.span)
    case .record(let fields):
      return bracketed("{", fields.map { field in { field.name.text + ": " + $0.text(field.value) } }, "}", expression.span)
    case .range(let first, let last, let step): return text(first) + ".." + text(last) + (step.map { ":" + text($0) } ?? "")
    case .unary(let op, let operand): return (op == .not ? "not " : op.rawValue) + text(operand)
    case .binary(let op, _, let left, let right):
      return op == .power ? text(left) + "^" + text(right) : text(left) + " \(op.rawValue) " + text(right)
    case .property(let base, let name): return text(base) + "." + name.text
    case .index(let base, let indices): return text(base) + "[" + indices.map { text($0) }.joined(separator: ", ") + "]"
    case .group(let pipeline): return "(" + text(pipeline) + ")"
    }
  }

  /// Items on one line, or one per line where the source had them on several.
  private func bracketed(_ open: String, _ items: [(ExpressionPrinter) -> String], _ close: String, _ span: Span) -> String {
    guard !items.isEmpty, source[span].utf8.contains(10) else { return open + items.map { $0(self) }.joined(separator: ", ") + close }
    return open + items.map { lineBreak(indent + 2) + $0(deeper) + "," }.joined() + lineBreak(indent) + close
  }
}

extension [Token] {
  /// The first token that does not start before an offset, by bisection.
  fileprivate func firstIndex(notBefore offset: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].span.start < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
