import Basics

extension ScriptAnalysis {
  /// Why a name cannot be changed.
  public enum RenameProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no name here that the script declares.
    case noSymbol
    /// The language does not allow the new name.
    case notAName(String)
    /// The new name has a meaning already: a command, a keyword or another name.
    case taken(String)
    /// With the new name the script would mean something else.
    case changesMeaning(String, String)

    /// The reason as an English clause.
    public var description: String {
      switch self {
      case .noSymbol: "only names that this script declares can be renamed"
      case .notAName(let name): "`\(name)` is not a name: use letters, digits and `_`, starting with a letter"
      case .taken(let name): "`\(name)` is already used"
      case .changesMeaning(let name, let reason): "`\(name)` would change what the script means: \(reason)"
      }
    }
  }

  /// The replacements that rename what is declared at an offset, in order of position.
  /// - Throws: `RenameProblem`.
  public func renaming(at offset: Int, to name: String) throws(RenameProblem) -> [Diagnostic.Fix] {
    guard let symbol = symbol(at: offset) else { throw .noSymbol }
    let isName =
      Reference.expression(Name(text: name, span: Span(at: 0))).map { if case .name(let text) = $0.kind { text == name } else { false } }
      ?? false
    guard isName, !Quantities.isPercentile(name), name.unicodeScalars.first.map({ $0 == "_" || $0.properties.isXIDStart }) == true else {
      throw .notAName(name)
    }
    if name == symbol.name { return [] }
    if registry[name] != nil || Keyword(rawValue: name) != nil || symbols.contains(where: { $0.name == name }) { throw .taken(name) }
    let fixes = symbol.places.sorted { $0.span.start < $1.span.start }.map { place in
      Diagnostic.Fix(place.span, place.isDashed ? "--" + name.replacing("_", with: "-") : name)
    }
    var bytes = source.bytes
    for fix in fixes.reversed() { bytes.replaceSubrange(fix.span.start..<fix.span.end, with: Array(fix.replacement.utf8)) }
    let renamed = ScriptAnalysis(SourceText(String(decoding: bytes, as: UTF8.self), name: source.name), against: registry, using: loader)
    // A word that was a choice or a path may have become the variable, or the other way round.
    if let problem = renamed.report.diagnostics.first(where: { $0.severity == .error }), !report.hasErrors {
      throw .changesMeaning(name, problem.message)
    }
    let counts = renamed.symbols.filter { $0.name == name }.map(\.places.count)
    if counts != [symbol.places.count] { throw .changesMeaning(name, "another word would refer to it") }
    return fixes
  }
}
