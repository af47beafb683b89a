extension ScriptAnalysis {
  /// Completions at an offset. The text after it is ignored, but for the names that it declares.
  public func completion(at offset: Int) -> Completion {
    Completer(scope: ScriptScope(self, at: offset), before: Array(source.bytes.prefix(max(0, offset)))).completion()
  }

  /// What is visible at a place of a script that has not run.
  private struct ScriptScope: CompletionScope {
    private let analysis: ScriptAnalysis
    let variables: [CompletionName]

    init(_ analysis: ScriptAnalysis, at offset: Int) {
      self.analysis = analysis
      let function = analysis.binder.functionSpans.first { $0.start < offset && offset <= $0.end }
      var visible: [String: CompletionName] = [:]
      // Sorted by declaration, so that the innermost of a name comes last.
      for symbol in analysis.symbols
      where symbol.kind != .function && symbol.kind != .module && symbol.region.start <= offset && offset <= symbol.region.end {
        if let function, symbol.region.start < function.start || symbol.region.end > function.end { continue }
        let type = analysis.type(of: symbol, before: offset) ?? .anything
        visible[symbol.name] = CompletionName(text: symbol.name, type: type, help: "\(type)")
      }
      variables = visible.values.sorted { $0.text < $1.text }
    }

    var registry: Registry { analysis.registry }
    var it: CompletionName? { nil }
    var results: [CompletionName] { [] }
    var functionNames: [String] { analysis.symbols.filter { $0.kind == .function }.map(\.name).sorted() }
    var functionHelp: String { "Function of this script." }
    var moduleFunctionNames: [String] {
      analysis.checker.modules.flatMap { alias, module in module.functions.keys.map { "\(alias).\($0)" } }.sorted()
    }

    func parse(_ source: SourceText) -> SyntaxTree {
      let functions = Set(functionNames)
      return SyntaxTree(parsing: source, modules: analysis.tree.modules) { analysis.registry[$0] != nil || functions.contains($0) }
    }

    func type(of text: String, it: ValueType?) -> (type: ValueType?, diagnostics: [Diagnostic]) {
      let tree = parse(SourceText(text))
      let types = Dictionary(variables.map { ($0.text, $0.type) }) { $1 }
      let checker = Checker(
        registry: registry, source: tree.source, mode: .prompt, functions: analysis.checker.functions, variable: { types[$0] },
        variables: { Array(types.keys) }, it: it.map { ImplicitInput($0) })
      checker.modules = analysis.checker.modules
      let report = checker.check(tree)
      return (report.resultType, report.diagnostics)
    }

    func moduleConstants(of alias: String) -> [CompletionName]? {
      guard !variables.contains(where: { $0.text == alias }) else { return nil }
      return analysis.checker.modules[alias]?.constants.map { CompletionName(text: $0.key, type: $0.value, help: "\($0.value)") }
        .sorted { $0.text < $1.text }
    }
  }
}
