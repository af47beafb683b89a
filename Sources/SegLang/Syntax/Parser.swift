/// Turns source text into a syntax tree. Never fails: what cannot be understood becomes `.invalid` nodes and diagnostics, at most one a statement.
///
/// Which names are commands has to be known, since the first word of a line decides how the rest is read.
/// - Complexity: O(length); nesting is bounded.
struct Parser {
  var scanner: Scanner
  let isCommand: (String) -> Bool
  private let modules: Modules
  var diagnostics: [Diagnostic] = []
  var isIncomplete = false
  var hasFailed = false
  private var depth = 0
  /// Whether `{` ends an argument list, as in `if lungs | is-empty {`.
  var bracesAreBlocks = false
  /// Whether `,`, `]` and `:` end an argument list, as they do inside text.
  var stopsAtColonOrComma = false
  /// Whether this is inside `"{…}"`.
  var isInText = false
  /// Open brackets within which line breaks mean nothing.
  var openBrackets = 0
  var argumentBlocks: [Span] = []

  static let depthLimit = 64
  /// Bound of `Expression.height`, for long chains of operators that are not nested in brackets.
  static let heightLimit = 200

  static func parse(_ source: SourceText, modules: Modules, isCommand: @escaping (String) -> Bool) -> SyntaxTree {
    let declared = declaredFunctions(in: source)
    var parser = Parser(
      scanner: Scanner(source), isCommand: { declared.contains($0) || modules.isFunction($0) || isCommand($0) }, modules: modules)
    parser.scanner.take(.blank, upTo: source.start)
    let statements = parser.statements(until: nil)
    return SyntaxTree(
      source: source, tokens: parser.scanner.tokens, statements: statements,
      diagnostics: parser.diagnostics.map {
        var diagnostic = $0
        diagnostic.source = source
        return diagnostic
      }, isIncomplete: parser.isIncomplete, argumentBlocks: parser.argumentBlocks, modules: modules)
  }

  private init(scanner: Scanner, isCommand: @escaping (String) -> Bool, modules: Modules) {
    self.scanner = scanner
    self.modules = modules
    self.isCommand = isCommand
  }

  /// Names after `fn` where a statement can start, so that a function may be called before the line that declares it.
  static func declaredFunctions(in source: SourceText) -> Set<String> {
    var names = Set<String>()
    let scanner = Scanner(source)
    var startsStatement = true
    var index = source.start
    while index < scanner.bytes.count {
      let byte = scanner.bytes[index]
      if scanner.isBlank(byte) {
        index += 1
      } else if byte == 10 || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
        startsStatement = true
        index += 1
      } else if startsStatement, byte == UInt8(ascii: "f"), scanner.byte(at: index + 1) == UInt8(ascii: "n"),
        scanner.isBlank(scanner.byte(at: index + 2))
      {
        index += 3
        while scanner.isBlank(scanner.byte(at: index)) { index += 1 }
        let end = scanner.commandWordEnd(at: index)
        if end > index { names.insert(scanner.text(index, end)) }
        index = max(end, index)
        startsStatement = false
      } else {
        startsStatement = false
        index += 1
      }
    }
    return names
  }

  /// The paths and names of `use "path" as name` where a statement can start, so that the files are there before the text is read.
  static func declaredModules(in source: SourceText) -> [(path: String, alias: String)] {
    var found: [(path: String, alias: String)] = []
    let first = UInt8(ascii: "u")
    guard source.bytes.contains(first) else { return found }
    for line in source.bytes[source.start...].split(separator: UInt8(ascii: "\n")) where line.contains(first) {
      for part in line.split(separator: UInt8(ascii: ";")) where part.first(where: { $0 > 32 }) == first {
        var scanner = Scanner(SourceText(String(decoding: part, as: UTF8.self)))
        if let declaration = moduleDeclaration(&scanner) { found.append((declaration.path.text, declaration.alias.text)) }
      }
    }
    return found
  }

  private static func moduleDeclaration(_ scanner: inout Scanner) -> (path: Name, alias: Name)? {
    scanner.skipTrivia(acrossLines: false)
    guard scanner.identifierEnd(at: scanner.position) == scanner.position + 3, scanner.starts(with: "use") else { return nil }
    scanner.take(.keyword, count: 3)
    scanner.skipTrivia(acrossLines: false)
    guard let path = modulePath(&scanner) else { return nil }
    scanner.skipTrivia(acrossLines: false)
    guard scanner.identifierEnd(at: scanner.position) == scanner.position + 2, scanner.starts(with: "as") else { return nil }
    scanner.take(.keyword, count: 2)
    scanner.skipTrivia(acrossLines: false)
    let start = scanner.position
    let span = scanner.take(.identifier, upTo: scanner.identifierEnd(at: start))
    return span.isEmpty ? nil : (path, Name(text: scanner.source[span], span: span))
  }

  /// A path in quotes, in which no character has a meaning of its own.
  static func modulePath(_ scanner: inout Scanner) -> Name? {
    guard scanner.has("\"") || scanner.has("'") else { return nil }
    let quote = scanner.next
    var end = scanner.position + 1
    while end < scanner.bytes.count, scanner.bytes[end] != quote, scanner.bytes[end] != 10 { end += 1 }
    guard end < scanner.bytes.count, scanner.bytes[end] == quote, end > scanner.position + 1 else { return nil }
    let text = scanner.text(scanner.position + 1, end)
    return Name(text: text, span: scanner.take(.text, upTo: end + 1))
  }

  // MARK: What the parts share

  /// Whether a word names something in a module whose file cannot be had.
  func isOfUnresolvedModule(_ word: String) -> Bool {
    word.firstIndex(of: ".").map { modules.isUnresolved(String(word[..<$0])) } ?? false
  }

  /// Records a problem unless this statement has one already.
  mutating func fail(_ problem: Problem, _ span: Span, related: Diagnostic.Related? = nil, fix: Diagnostic.Fix? = nil) {
    guard !hasFailed else { return }
    hasFailed = true
    diagnostics.append(Diagnostic(problem, at: span, related: related, fix: fix))
  }

  /// "expected …, found …" at the present place.
  mutating func failExpecting(_ what: String, related: Diagnostic.Related? = nil) {
    if scanner.isAtEnd {
      fail(.expected(what, found: "the end"), Span(at: scanner.position), related: related)
    } else if scanner.next == 10 {
      fail(.expected(what, found: "the end of the line"), Span(at: scanner.position), related: related)
    } else {
      let span = Span(scanner.position, unexpectedEnd())
      fail(.expected(what, found: "`\(scanner.source[span])`"), span, related: related)
    }
  }

  /// End of the word or character that stands in the way.
  func unexpectedEnd() -> Int {
    let word = scanner.commandWordEnd(at: scanner.position)
    if word > scanner.position { return word }
    let number = scanner.quantityEnd(at: scanner.position)
    return number > scanner.position ? number : scanner.characterEnd(at: scanner.position)
  }

  /// Runs a part one level deeper; nil, with a diagnostic, when that is too deep.
  mutating func nested<T>(_ body: (inout Parser) -> T) -> T? {
    guard depth < Self.depthLimit else {
      fail(.nestedTooDeep(limit: Self.depthLimit), Span(scanner.position, scanner.characterEnd(at: scanner.position)))
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    return body(&self)
  }

  mutating func skipBlanks() { scanner.skipTrivia(acrossLines: openBrackets > 0) }
  mutating func skipLines() { scanner.skipTrivia(acrossLines: true) }

  /// The keyword at the present place, if a whole word is one.
  func keyword() -> Keyword? {
    let end = scanner.identifierEnd(at: scanner.position)
    guard end > scanner.position, end - scanner.position <= 8 else { return nil }
    return Keyword(rawValue: scanner.text(scanner.position, end))
  }

  @discardableResult mutating func take(_ keyword: Keyword) -> Span {
    scanner.take(.keyword, count: keyword.rawValue.utf8.count)
  }

  /// A closing bracket, or a diagnostic that points at the opening one.
  mutating func close(_ bracket: Unicode.Scalar, openedAt open: Span) {
    if scanner.has(bracket) {
      scanner.take(.symbol, count: 1)
    } else if scanner.isAtEnd {
      isIncomplete = true
      fail(.unclosedBracket(scanner.source[open]), open)
    } else {
      failExpecting("`\(bracket)`", related: Diagnostic.Related(span: open, label: "the matching bracket"))
    }
  }

  // MARK: Statements in a row

  mutating func statements(until closing: Unicode.Scalar?) -> [Statement] {
    var result: [Statement] = []
    while true {
      skipLines()
      if scanner.isAtEnd { return result }
      if let closing, scanner.has(closing) { return result }
      if scanner.has(";") {
        scanner.take(.symbol, count: 1)
        continue
      }
      hasFailed = false
      let start = scanner.position
      let kind = statement()
      result.append(Statement(kind: kind, span: Span(start, contentEnd(from: start))))
      finishStatement(closing)
    }
  }

  /// End of the last token that is no trivia.
  func contentEnd(from start: Int) -> Int {
    for token in scanner.tokens.reversed() {
      if token.span.end <= start { break }
      if !token.isTrivia { return token.span.end }
    }
    return start
  }

  /// Steps to the end of the statement; what stands in between is unexpected.
  private mutating func finishStatement(_ closing: Unicode.Scalar?) {
    scanner.skipTrivia(acrossLines: false)
    if scanner.isAtEnd || scanner.next == 10 || scanner.has(";") { return }
    if let closing, scanner.has(closing) { return }
    let span = Span(scanner.position, unexpectedEnd())
    if scanner.has("=") && !scanner.starts(with: "==") { fail(.immutable, span) } else { fail(.unexpected(scanner.source[span]), span) }
    var end = scanner.position
    var depth = 0
    while end < scanner.bytes.count {
      let byte = scanner.bytes[end]
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") {
        if closing != nil && depth == 0 { break }
        depth = max(0, depth - 1)
      }
      if byte == 10 || (byte == UInt8(ascii: ";") && depth == 0) { break }
      end += 1
    }
    scanner.take(.unexpected, upTo: max(end, scanner.position + (end == scanner.position ? 1 : 0)))
  }
}
