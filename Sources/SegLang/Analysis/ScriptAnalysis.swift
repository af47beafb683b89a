import Basics

/// What an editor asks about a script: diagnostics, names, types and completions, from the checker that runs and `segsh check` use. Nothing is run.
///
/// Positions are offsets in UTF-8 bytes.
public struct ScriptAnalysis {
  /// The source text.
  public let source: SourceText
  /// Errors and warnings, as `segsh check` finds them.
  public let report: CheckReport
  /// Names that the script declares, in order of declaration.
  public let symbols: [ScriptSymbol]
  let registry: Registry
  let loader: ModuleLoader
  let tree: SyntaxTree
  let checker: Checker
  let binder: NameBinder
  private let record: CheckRecord

  /// Parses and checks a text with the modules that it uses.
  /// - Complexity: O(length), and that of the modules.
  public init(_ source: SourceText, against registry: Registry, using loader: ModuleLoader = .files()) {
    self.source = source
    self.registry = registry
    self.loader = loader
    tree = SyntaxTree(parsing: source, using: loader) { registry[$0] != nil }
    checker = Checker(registry: registry, source: source, mode: .script)
    checker.lints = true
    record = CheckRecord()
    checker.record = record
    report = checker.check(tree)
    binder = NameBinder(tree, registry: registry, lookups: Set((checker.uses + checker.functionUses).map(\.span.start)))
    symbols = binder.symbols.sorted { ($0.places.first?.span.start ?? 0) < ($1.places.first?.span.start ?? 0) }
  }

  /// The text in canonical form; nil for a text with syntax errors.
  public var formatted: String? {
    tree.diagnostics.isEmpty ? Formatter(registry: registry).format(tree) : nil
  }

  // MARK: What stands at a place

  /// What a word of the script is.
  public enum Element: Sendable {
    /// A command of the language.
    case command(Signature)
    /// An option of a command.
    case option(Signature.Parameter, of: Signature)
    /// A word that an option or argument of a command accepts.
    case choice(ChoiceName, of: Signature.Parameter)
    /// A name that the script declares, with the type of its value here where it has one.
    case symbol(ScriptSymbol, type: ValueType?)
    /// A function or constant of a module: the module's name and its own.
    case member(String, of: String)
    /// A property, with its type and one line of help.
    case property(String, type: ValueType, help: String)
  }

  /// What stands at an offset, and its span; nil for blanks, comments, numbers and unknown names.
  public func element(at offset: Int) -> (span: Span, element: Element)? {
    if let member = binder.members.first(where: { $0.name.span.touches(offset) }) {
      return (member.name.span, .member(member.name.text, of: member.alias))
    }
    if let symbol = symbol(at: offset), let place = symbol.places.first(where: { $0.span.touches(offset) }) {
      return (place.span, .symbol(symbol, type: record.types[place.span] ?? type(of: symbol, before: offset)))
    }
    if let (span, type) = record.types.first(where: { $0.key.touches(offset) && record.owners[$0.key] != nil }) {
      let name = source[span]
      let help = record.owners[span]?.metatypes.lazy.compactMap { $0.properties.first { $0.name == name }?.help }.first
      return (span, .property(name, type: type, help: help ?? ""))
    }
    return call(at: offset)
  }

  /// A command, an option or a choice at an offset.
  private func call(at offset: Int) -> (span: Span, element: Element)? {
    for call in binder.calls where call.invocation.span.touches(offset) {
      guard let signature = registry[call.name.text] else { continue }
      if call.name.span.touches(offset) { return (call.name.span, .command(signature)) }
      for argument in call.invocation.arguments where argument.span.touches(offset) {
        let parameter = argument.name.flatMap { signature[$0.text] }
        if let name = argument.name, let parameter, name.span.touches(offset) { return (name.span, .option(parameter, of: signature)) }
        guard case .word(let word)? = argument.content, word.span.touches(offset) else { continue }
        for candidate in parameter.map({ [$0] }) ?? signature.positional {
          if let choice = candidate.choices.first(where: { $0.name == word.text }) { return (word.span, .choice(choice, of: candidate)) }
        }
      }
    }
    return nil
  }

  /// The declared name that is written at an offset; nil if nothing declared stands there.
  public func symbol(at offset: Int) -> ScriptSymbol? {
    symbols.first { symbol in symbol.places.contains { $0.span.touches(offset) } }
  }

  /// The type of a variable where it was written last before an offset.
  func type(of symbol: ScriptSymbol, before offset: Int) -> ValueType? {
    let writes = symbol.places.filter { $0.isWrite && $0.span.start <= offset }
    return writes.reversed().lazy.compactMap { record.types[$0.span] }.first ?? symbol.places.first.flatMap { record.types[$0.span] }
  }

  /// The head of a function's declaration and the comment above it; nil for other names.
  public func declaration(of symbol: ScriptSymbol) -> (head: String, comment: [String])? {
    guard symbol.kind == .function else { return nil }
    return Self.declaration(at: symbol.declaration, in: source)
  }

  private static func declaration(at span: Span, in source: SourceText) -> (head: String, comment: [String]) {
    let line = source.location(of: span.start).line
    var comment: [String] = []
    var above = line - 1
    while above >= 1 {
      let text = source[source.span(ofLine: above)].trimmingBlanks
      guard text.hasPrefix("#") else { break }
      comment.insert(String(text.drop { $0 == "#" }).trimmingBlanks, at: 0)
      above -= 1
    }
    let text = source[span]
    return (String(text.prefix { $0 != "{" }).trimmingBlanks, comment)
  }

  // MARK: Where a name is declared

  /// A place in this text or in a module's file.
  public struct Location: Sendable {
    /// The text.
    public let source: SourceText
    /// The name there.
    public let span: Span
  }

  /// Where the name at an offset is declared; nil for what the script does not declare.
  public func definition(at offset: Int) -> Location? {
    guard case (_, let element)? = element(at: offset) else { return nil }
    switch element {
    case .symbol(let symbol, _):
      if symbol.kind == .module, let module = loadedModule(symbol.name) {
        return Location(source: module.source, span: Span(at: module.source.start))
      }
      return symbol.places.first.map { Location(source: source, span: $0.span) }
    case .member(let name, let alias): return declaration(of: name, in: alias).map { Location(source: $0.source, span: $0.name.span) }
    default: return nil
    }
  }

  /// The head and comment of a function, or the line of a constant, of a module.
  public func declaration(ofMember name: String, of alias: String) -> (head: String, comment: [String])? {
    declaration(of: name, in: alias).map { Self.declaration(at: $0.statement, in: $0.source) }
  }

  /// The text of a module by the name that the script gives it; nil when its file cannot be had.
  public func module(_ alias: String) -> SourceText? { loadedModule(alias)?.source }

  private func loadedModule(_ alias: String) -> Module? { tree.modules.aliases[alias].flatMap { tree.modules.loaded[$0] } }

  private func declaration(of member: String, in alias: String) -> (source: SourceText, name: Name, statement: Span)? {
    guard let module = loadedModule(alias) else { return nil }
    for statement in module.tree.statements {
      switch statement.kind {
      case .function(let declaration) where declaration.name.text == member: return (module.source, declaration.name, declaration.span)
      case .assignment(let name, isReassignment: false, _) where name.text == member: return (module.source, name, statement.span)
      default: break
      }
    }
    return nil
  }
}

extension Span {
  /// Whether an offset is in the span or at its end, where a cursor behind a word is.
  fileprivate func touches(_ offset: Int) -> Bool { start <= offset && offset <= end && !isEmpty }
}

extension StringProtocol {
  /// The text without blanks at both ends.
  fileprivate var trimmingBlanks: String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
