/// A block as it is recorded: in canonical form, with places left open for the values and functions that it uses from outside, so that it means the
/// same wherever it is written again.
struct RecordedBlock: Sendable {
  enum Piece: Sendable {
    case text(String)
    /// A variable from outside and the step that made its value.
    case variable(String, Step)
    /// A call of a function.
    case function(String)
  }
  private(set) var pieces: [Piece]
  /// The functions that are called, and those that they call.
  let definitions: [String: Definition]
  /// Whether it can have no value, whatever it works on.
  let givesNothing: Bool

  /// A function's declaration, with places left open for the functions it calls.
  struct Definition: Sendable, Hashable {
    let name: String
    /// Text and names of functions in turn, text first.
    let parts: [String]

    func text(_ rename: (String) -> String) -> String {
      parts.enumerated().map { $0.offset % 2 == 0 ? $0.element : rename($0.element) }.joined()
    }
  }

  /// The block with the names that it was written with.
  var plain: String {
    pieces.map { piece in
      switch piece {
      case .text(let text), .variable(let text, _), .function(let text): text
      }
    }.joined()
  }

  /// - Parameters:
  ///   - checker: knows the variables and functions outside of the block.
  ///   - captured: values of the variables outside.
  ///   - bound: names that the command gives to the block.
  ///   - calls: the functions that can be called.
  init(
    _ block: Block, source: SourceText, checker: Checker, captured: [String: Item], bound: [String], calls: Callables
  ) {
    let inside = Span(block.span.start + 1, max(block.span.start + 1, block.span.end - 1))
    let type = checker.type(of: block, it: .anything, variables: Dictionary(bound.map { ($0, .anything) }) { first, _ in first })
    givesNothing = type == .nothing
    let uses = checker.uses.filter { use in
      switch use.kind {
      case .function: true
      case .constant: calls.constant(use.name) != nil
      case .variable: use.isFromOutside && captured[use.name] != nil
      }
    }
    let text = OpenText(source[inside], at: inside.start, uses: uses) { calls.isCallable($0) }
    let lines = text.formatted(calls).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let isOneLine = lines.count <= 2 && !text.hasComment && !lines[0].hasSuffix("{}")
    let whole: String
    if lines.allSatisfy(\.isEmpty) {
      whole = "{}"
    } else if isOneLine {
      whole = "{ \(lines[0]) }"
    } else {
      whole = "{\n" + lines.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined().trimmingLineBreaks + "\n}"
    }
    pieces = text.split(whole).map { part in
      switch part {
      case .text(let text): return .text(text)
      case .use(let use, let isWord):
        if use.kind == .function { return .function(calls.path(of: use.name)) }
        guard let item = use.kind == .constant ? calls.constant(use.name) : captured[use.name] else { return .text(use.name) }
        return item.step.map { .variable(use.name, $0) } ?? .text(Self.constant(item.value, isWord: isWord))
      }
    }
    var definitions: [String: Definition] = [:]
    var open = uses.filter { $0.kind == .function }.map { (name: $0.name, calls: calls) }
    while let next = open.popLast() {
      let path = next.calls.path(of: next.name)
      guard definitions[path] == nil, let (function, home) = next.calls.function(next.name) else { continue }
      let (definition, called) = Self.definition(of: path, function, home)
      definitions[path] = definition
      open += called.map { ($0, home) }
    }
    self.definitions = definitions
  }

  /// A function's declaration under the name it gets in a saved script, with the module's constants written out.
  private static func definition(of path: String, _ function: Checker.Function, _ calls: Callables) -> (Definition, [String]) {
    let declaration = function.declaration
    let checker = calls.checker(for: function.source)
    checker.returns = []
    checker.scopes = [
      calls.constants.mapValues { type(of: $0.value).valueType },
      Dictionary(function.callee.slots.map { ($0.name, $0.type) }) { first, _ in first },
    ]
    checker.frozen = 1
    checker.check(declaration.body)
    let own = Checker.NameUse(kind: .function, name: declaration.name.text, span: declaration.name.span, isFromOutside: true)
    let uses = checker.uses.filter { $0.kind != .variable || ($0.isFromOutside && calls.constants[$0.name] != nil) } + [own]
    let text = OpenText(function.source[declaration.span], at: declaration.span.start, uses: uses) { calls.isCallable($0) }
    var parts = [""]
    for part in text.split(text.formatted(calls)) {
      switch part {
      case .text(let text): parts[parts.count - 1] += text
      case .use(let use, let isWord):
        if use.kind == .function {
          parts += [calls.path(of: use.name), ""]
        } else if let item = use.kind == .constant ? calls.constant(use.name) : calls.constants[use.name] {
          let text = item.step.map { "(\(ScriptWriter.text(of: $0, names: [:])))" } ?? constant(item.value, isWord: isWord)
          parts[parts.count - 1] += text
        }
      }
    }
    return (Definition(name: path.replacing(".", with: "-"), parts: parts), uses.filter { $0.kind == .function }.map(\.name))
  }

  /// A value that no step made, where its variable's name stood.
  private static func constant(_ value: any Value, isWord: Bool) -> String {
    let text = isWord ? Canonical.asArgument(value) : Canonical.inExpression(value)
    let isPlain = !text.contains("..") && !(isWord ? text.hasPrefix("{") : text.hasPrefix("-"))
    return isPlain ? text : "(\(isWord ? Canonical.inExpression(value) : text))"
  }
}

/// A piece of source with stand-ins for names, so that it can be formatted and the names be filled in afterward.
struct OpenText {
  enum Part {
    case text(String)
    /// - isWord: whether it stands alone as an argument.
    case use(Checker.NameUse, isWord: Bool)
  }
  private var text = ""
  private var stands: [(use: Checker.NameUse, isWord: Bool)] = []
  private let prefix: String
  private let isCommand: (String) -> Bool
  let hasComment: Bool

  /// - Parameters:
  ///   - start: where the text starts in the source that the places of the uses are of.
  init(_ original: String, at start: Int, uses: [Checker.NameUse], isCommand: @escaping (String) -> Bool) {
    var prefix = "zq"
    while original.contains(prefix) { prefix += "q" }
    self.prefix = prefix
    self.isCommand = { isCommand($0) || $0.hasPrefix(prefix + "f") }
    let tree = SyntaxTree(parsing: SourceText(original), isCommand: isCommand)
    hasComment = tree.tokens.contains { $0.kind == .comment }
    let words = Dictionary(tree.tokens.filter { $0.kind == .word }.map { ($0.span.start, $0.span) }) { first, _ in first }
    let bytes = Array(original.utf8)
    var result: [UInt8] = []
    var position = 0
    var seen = Set<Int>()
    for use in uses.sorted(by: { $0.span.start < $1.span.start }) where seen.insert(use.span.start).inserted {
      let span = Span(use.span.start - start, use.span.end - start)
      guard span.start >= position, span.end <= bytes.count else { continue }
      result += bytes[position..<span.start]
      let name = Array("\(prefix)\(use.kind == .function ? "f" : "v")\(stands.count)_".utf8)
      if let word = words[span.start], word.end > span.end {
        // A property of the variable as an argument: with parentheses it stays one whatever the variable becomes.
        result += Array("(".utf8) + name + bytes[span.end..<word.end] + Array(")".utf8)
        stands.append((use, false))
        position = word.end
      } else {
        result += name
        stands.append((use, words[span.start] != nil))
        position = span.end
      }
    }
    text = String(decoding: result + bytes[min(position, bytes.count)...], as: UTF8.self)
  }

  func formatted(_ calls: Callables) -> String {
    var formatter = Formatter(registry: calls.registry)
    formatter.mendsReassignments = true
    for (index, stand) in stands.enumerated() where stand.use.kind == .function {
      formatter.functions["\(prefix)f\(index)_"] = calls.function(stand.use.name)?.function
    }
    return formatter.format(text, isCommand: isCommand)
  }

  /// A text with stand-ins, taken apart at them.
  func split(_ text: String) -> [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while let range = rest.firstRange(of: prefix) {
      let digits = rest[range.upperBound...].dropFirst().prefix { $0.isNumber }
      guard let index = Int(digits), stands.indices.contains(index), rest[digits.endIndex...].first == "_" else {
        parts.append(.text(String(rest[..<range.upperBound])))
        rest = rest[range.upperBound...]
        continue
      }
      parts.append(.text(String(rest[..<range.lowerBound])))
      parts.append(.use(stands[index].use, isWord: stands[index].isWord))
      rest = rest[digits.endIndex...].dropFirst()
    }
    return parts + [.text(String(rest))]
  }
}
