/// Completions at a position in a line.
public struct Completion: Sendable {
  /// The part of the line that a candidate replaces, in UTF-8 bytes.
  public let span: Span
  /// Candidates, the most likely first.
  public let candidates: [Candidate]
  /// Extensions of files that the program should offer as well; empty for all files, nil for no files.
  public let fileExtensions: [String]?

  /// A completion candidate.
  public struct Candidate: Sendable, Hashable {
    /// What a candidate is.
    public enum Kind: String, Sendable { case command, function, variable, option, choice, property, keyword, type }
    /// Text that replaces the span.
    public let text: String
    /// Help in one line.
    public let help: String
    /// What the candidate is.
    public let kind: Kind
    /// Whether a space may follow; false for `name=`, which needs a value.
    public var isComplete: Bool { kind != .option }
  }
}

extension Session {
  /// Completions at the cursor. The text after the cursor is ignored.
  /// - Parameter cursor: Offset in UTF-8 bytes.
  /// - Complexity: O(length of the text + size of the registry).
  public func complete(_ text: String, at cursor: Int) -> Completion {
    let bytes = Array(text.utf8.prefix(max(0, cursor)))
    return Completer(scope: SessionScope(self), before: bytes).completion()
  }
}

/// Finds what may follow a piece of text. Everything comes from the signature table and the names that are visible there.
struct Completer {
  let scope: any CompletionScope
  let before: [UInt8]
  private let tree: SyntaxTree
  private let wordStart: Int
  private let isQuoted: Bool
  /// The type of `it` in the block round the cursor; nil outside of blocks.
  private var blockInput: ValueType?

  /// How many blocks inside each other are looked through.
  private static let blockLimit = 8

  init(scope: any CompletionScope, before: [UInt8], level: Int = 0) {
    self.scope = scope
    self.before = before
    let source = SourceText(String(decoding: before, as: UTF8.self))
    tree = scope.parse(source)
    let ends = Set(" \t\n|;(){}[],\"'".utf8)
    var start = before.count
    while start > 0, !ends.contains(before[start - 1]) { start -= 1 }
    if let quote = Self.openQuote(before) {
      start = quote + 1
      isQuoted = true
    } else {
      isQuoted = false
    }
    wordStart = start
    if level < Self.blockLimit { blockInput = innerBlock(level) }
  }

  /// What `it` is in the innermost open block that is an argument.
  private func innerBlock(_ level: Int) -> ValueType? {
    var depth = 0
    for token in tree.tokens.reversed() where token.kind == .symbol && token.span.start < wordStart {
      switch tree.source[token.span] {
      case "}": depth += 1
      case "{" where depth > 0: depth -= 1
      case "{":
        let outer = Completer(scope: scope, before: Array(before[..<token.span.start]), level: level + 1)
        let (place, stage) = outer.place()
        guard let first = stage.first, first.kind == .commandName, let signature = registry[outer.tree.source[first.span]],
          signature.parameters.contains(where: { $0.type == .of(Closure.self) })
        else { return outer.blockInput }
        return signature.command.blockInput(for: outer.pipedType(place))
      default: break
      }
    }
    return nil
  }

  private func type(of text: String) -> ValueType? { scope.type(of: text, it: blockInput).type }

  /// Where the quote stands that is open at the end; nil when none is.
  private static func openQuote(_ bytes: [UInt8]) -> Int? {
    var open: Int?
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if let start = open {
        if byte == UInt8(ascii: "\\"), bytes[start] == UInt8(ascii: "\"") {
          index += 1
        } else if byte == bytes[start] || byte == 10 {
          open = nil
        }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        open = index
      } else if byte == UInt8(ascii: "#"), index == 0 || bytes[index - 1] == 32 || bytes[index - 1] == 10 || bytes[index - 1] == 9 {
        while index < bytes.count, bytes[index] != 10 { index += 1 }
      }
      index += 1
    }
    return open
  }

  private var word: String { tree.source[Span(wordStart, before.count)] }
  private var registry: Registry { scope.registry }

  func completion() -> Completion {
    if tree.tokens.last?.kind == .comment, tree.tokens.last?.span.end == before.count { return result([]) }
    let (kind, stage) = place()
    if kind == .typeName {
      return result(
        registry.types.keys.sorted().map { Completion.Candidate(text: $0, help: registry.types[$0]?.typeHelp ?? "", kind: .type) })
    }
    if let first = stage.first, first.kind == .commandName, first.span.start < wordStart {
      return arguments(of: tree.source[first.span], Array(stage.dropFirst()), pipedType: pipedType(kind))
    }
    if let properties = properties(of: word, at: wordStart) { return properties }
    switch kind {
    case .stage(let start, let bar): return result(stages(accepting: type(of: tree.source[Span(start, bar)]) ?? .anything))
    case .statement, .value, .typeName:
      if !stage.isEmpty { return result(values(fitting: nil)) }
      return result(values(fitting: nil) + sources() + (kind == .statement ? keywords() : []))
    }
  }

  private enum Place: Equatable {
    case statement, value, typeName
    /// After a bar; the pipeline before it.
    case stage(start: Int, bar: Int)
  }

  /// What the word under the cursor belongs to, and the tokens of its stage before it.
  private func place() -> (Place, [Token]) {
    let end = isQuoted ? wordStart - 1 : wordStart
    let tokens = tree.tokens.filter { $0.span.start < end && $0.kind != .blank && $0.kind != .comment }
    var depth = 0
    var stage: [Token] = []
    var bar: Int?
    func boundary(_ token: Token) -> Bool {
      let text = tree.source[token.span]
      switch token.kind {
      case .newline: return true
      case .keyword: return !["it", "true", "false"].contains(text)
      case .op: return text == "=" && !stage.contains { $0.kind == .optionName } || text == ":="
      case .symbol: return ["(", "[", "{", ";", ","].contains(text)
      default: return false
      }
    }
    for (index, token) in tokens.enumerated().reversed() {
      let text = tree.source[token.span]
      if token.kind == .symbol, [")", "]", "}"].contains(text) { depth += 1 }
      if depth > 0 {
        if token.kind == .symbol, ["(", "[", "{"].contains(text) { depth -= 1 }
        if bar == nil { stage.append(token) }
        continue
      }
      if token.kind == .symbol, text == "|" {
        if bar == nil { bar = token.span.start }
        continue
      }
      if token.kind == .symbol, text == ":", bar == nil, stage.isEmpty, isDeclaration(tokens[..<index]) { return (.typeName, []) }
      if token.kind == .newline, bar != nil || tokens[..<index].last.map({ tree.source[$0.span] == "|" }) == true { continue }
      if token.kind == .op, text == "=", index > 0, tokens[index - 1].kind == .optionName {
        if bar == nil { stage.append(token) }
        continue
      }
      if boundary(token) {
        if let bar { return (.stage(start: token.span.end, bar: bar), stage.reversed()) }
        let startsStatement = token.kind == .newline || [";", "{"].contains(text)
        return (startsStatement ? .statement : .value, stage.reversed())
      }
      if bar == nil { stage.append(token) }
    }
    if let bar { return (.stage(start: 0, bar: bar), stage.reversed()) }
    return (.statement, stage.reversed())
  }

  private func isDeclaration(_ tokens: ArraySlice<Token>) -> Bool {
    tokens.last { $0.kind == .keyword }.map { ["param", "fn"].contains(tree.source[$0.span]) } ?? false
  }

  private func pipedType(_ place: Place) -> ValueType? {
    guard case .stage(let start, let bar) = place else { return nil }
    return type(of: tree.source[Span(start, bar)]) ?? .anything
  }

  // MARK: Candidates

  private func result(
    _ candidates: [Completion.Candidate], from start: Int? = nil, prefix: String? = nil, extensions: [String]? = nil
  ) -> Completion {
    let prefix = prefix ?? word
    return Completion(
      span: Span(start ?? wordStart, before.count), candidates: isQuoted ? [] : candidates.filter { $0.text.hasPrefix(prefix) },
      fileExtensions: extensions)
  }

  /// Commands that take what the pipe brings, those made for it first.
  private func stages(accepting type: ValueType) -> [Completion.Candidate] {
    func fit(_ signature: Signature) -> ValueType.Fit {
      // What takes anything comes after what is made for the type.
      func own(_ slot: ValueType) -> ValueType.Fit { slot == .anything ? min(.perhaps, type.fit(slot)) : type.fit(slot) }
      if let input = signature.input { return own(input.type) }
      return signature.parameters.map { own($0.type) }.max() ?? .no
    }
    let fitting = registry.signatures.map { (signature: $0, fit: fit($0)) }.filter { $0.fit != .no }
    let found =
      fitting.sorted { ($0.fit, $1.signature.name) > ($1.fit, $0.signature.name) }.map {
        Completion.Candidate(text: $0.signature.name, help: $0.signature.summary, kind: .command)
      } + functions()
    guard !word.isEmpty, !found.contains(where: { $0.text.hasPrefix(word) }) else { return found }
    // A command for something else: its help says for what.
    return registry.signatures.map { signature in
      let input = signature.input.map { "For \($0.type), not \(type). " } ?? "Takes no piped input. "
      return Completion.Candidate(text: signature.name, help: input + signature.summary, kind: .command)
    }
  }

  /// Commands that start a pipeline: those without input first, then those that take `it`, those made for it before the others.
  private func sources() -> [Completion.Candidate] {
    let it = scope.it?.type ?? .anything
    func fit(_ signature: Signature) -> Int {
      signature.input.map { $0.type == .anything ? min(ValueType.Fit.perhaps, it.fit($0.type)) : it.fit($0.type) }?.rawValue ?? .max
    }
    let all = registry.signatures.map { (signature: $0, fit: fit($0)) }
      .sorted { ($0.fit, $1.signature.name) > ($1.fit, $0.signature.name) }.map(\.signature)
    return all.map { Completion.Candidate(text: $0.name, help: $0.summary, kind: .command) } + functions()
  }

  private func functions() -> [Completion.Candidate] {
    scope.functionNames.map { Completion.Candidate(text: $0, help: scope.functionHelp, kind: .function) }
      + scope.moduleFunctionNames.map { Completion.Candidate(text: $0, help: "Function of a module.", kind: .function) }
  }

  private func keywords() -> [Completion.Candidate] {
    ["if", "for", "while", "fn", "print", "log", "param", "assert", "expect", "try", "use", "return"].map {
      Completion.Candidate(text: $0, help: "Keyword.", kind: .keyword)
    }
  }

  /// Variables, results and `it` whose type fits.
  private func values(fitting type: ValueType?) -> [Completion.Candidate] {
    func candidate(_ name: CompletionName) -> Completion.Candidate? {
      guard type.map({ name.type.fit($0) != .no }) ?? true else { return nil }
      return Completion.Candidate(text: name.text, help: name.help, kind: .variable)
    }
    var found = scope.variables.compactMap(candidate)
    if let blockInput {
      if type.map({ blockInput.fit($0) != .no }) ?? true {
        found.append(Completion.Candidate(text: "it", help: "Input of the block: \(blockInput).", kind: .variable))
      }
    } else if let it = scope.it, let candidate = candidate(it) {
      found.append(candidate)
    }
    // Numbered results are many: they are offered once the underscore is typed.
    if word.hasPrefix("_") || word.contains("=_") { found += scope.results.compactMap(candidate) }
    return found
  }

  /// The properties of what stands before the last dot; nil when that is no value.
  private func properties(of word: String, at start: Int) -> Completion? {
    guard let dot = word.lastIndex(of: "."), dot > word.startIndex else { return nil }
    let base = String(word[..<dot])
    if let constants = scope.moduleConstants(of: base) {
      let functions = scope.moduleFunctionNames.filter { $0.hasPrefix(base + ".") }.map {
        Completion.Candidate(text: String($0.dropFirst(base.count + 1)), help: "Function of the module.", kind: .function)
      }
      let values = constants.map { Completion.Candidate(text: $0.text, help: $0.help, kind: .property) }
      return result(values + functions, from: start + base.utf8.count + 1, prefix: String(word[word.index(after: dot)...]))
    }
    guard Reference.expression(Name(text: base, span: Span(at: 0))) != nil else { return nil }
    let (type, diagnostics) = scope.type(of: base, it: blockInput)
    guard diagnostics.isEmpty, let type else { return nil }
    let typed = String(word[word.index(after: dot)...])
    var candidates: [Completion.Candidate] = []
    for property in type.metatypes.flatMap({ $0.properties }) {
      candidates.append(Completion.Candidate(text: property.name, help: "\(property.type): \(property.help)", kind: .property))
    }
    if case .record(let fields) = type {
      candidates += fields.map { Completion.Candidate(text: $0.name, help: $0.type.description, kind: .property) }
    }
    return result(candidates, from: start + base.utf8.count + 1, prefix: typed)
  }

  // MARK: Arguments

  private func arguments(of name: String, _ given: [Token], pipedType: ValueType?) -> Completion {
    guard let signature = registry[name] else {
      guard scope.functionNames.contains(name) else { return result([]) }
      return result(values(fitting: nil))
    }
    if let equals = word.firstIndex(of: "="), !isQuoted || word.first != "=" {
      return optionValue(signature, String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
    if isQuoted, let last = given.last, tree.source[last.span] == "=", given.count > 1 {
      return optionValue(signature, tree.source[given[given.count - 2].span], word)
    }
    if let properties = properties(of: word, at: wordStart), !properties.candidates.isEmpty { return properties }
    let used = Set(given.filter { $0.kind == .optionName }.map { tree.source[$0.span].trimmingDashes })
    let openSlots = openPositions(signature, given, used, hasPipe: pipedType != nil)
    var candidates: [Completion.Candidate] = []
    var extensions: [String]?
    for parameter in openSlots {
      candidates += choices(parameter)
      candidates += values(fitting: parameter.type).filter { !candidates.contains($0) }
      extensions = extensions ?? files(parameter)
    }
    for parameter in signature.options where !used.contains(parameter.name) {
      candidates.append(Completion.Candidate(text: parameter.name + "=", help: ParameterText.oneLine(parameter), kind: .option))
    }
    return result(candidates, extensions: extensions)
  }

  /// The slots that a positional argument may still fill.
  private func openPositions(_ signature: Signature, _ given: [Token], _ used: Set<String>, hasPipe: Bool) -> [Signature.Parameter] {
    var depth = 0
    var count = 0
    var previous: String?
    for token in given {
      let text = tree.source[token.span]
      let opens = token.kind == .symbol && ["(", "["].contains(text)
      if depth == 0, previous != "=", opens || token.kind == .word || (token.kind == .text && previous != "}") { count += 1 }
      if opens { depth += 1 }
      if token.kind == .symbol, [")", "]"].contains(text) { depth -= 1 }
      previous = text
    }
    let positional = signature.positional.filter { !used.contains($0.name) }
    guard !hasPipe, let input = signature.input, !used.contains(input.name) else { return Array(positional.dropFirst(count)) }
    return count == 0 ? [input] + positional : Array(positional.dropFirst(count - 1))
  }

  private func optionValue(_ signature: Signature, _ name: String, _ typed: String) -> Completion {
    guard let parameter = signature[name.trimmingDashes] else { return result([]) }
    let start = before.count - typed.utf8.count
    if let properties = properties(of: typed, at: start), !properties.candidates.isEmpty { return properties }
    var candidates = choices(parameter) + values(fitting: parameter.type)
    if let standard = parameter.declaration.defaultLiteral, parameter.choices.isEmpty {
      candidates.append(Completion.Candidate(text: standard, help: "Default. " + ParameterText.oneLine(parameter), kind: .choice))
    }
    return result(candidates, from: start, prefix: typed, extensions: files(parameter))
  }

  private func choices(_ parameter: Signature.Parameter) -> [Completion.Candidate] {
    parameter.choices.map { Completion.Candidate(text: $0.name, help: $0.help.isEmpty ? parameter.help : $0.help, kind: .choice) }
  }

  private func files(_ parameter: Signature.Parameter) -> [String]? {
    parameter.type == .of(Path.self) || parameter.type == .of(Glob.self) ? parameter.declaration.extensions : nil
  }
}

extension String {
  /// An option's name however it was written: `--left-lung` is `left_lung`.
  var trimmingDashes: String { hasPrefix("--") ? String(dropFirst(2)).replacing("-", with: "_") : self }
}
