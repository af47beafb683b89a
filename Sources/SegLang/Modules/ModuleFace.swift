/// What a checker knows of a module: from its own check before a run, from its values while one is going on.
struct ModuleFace {
  let functions: [String: Checker.Function]
  let constants: [String: ValueType]
  let returnType: (String) -> ValueType
}

/// The checks of all modules of a text: each is checked once, whoever uses it.
final class ModuleChecks {
  private var checkers: [String: Checker] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  func face(of module: Module, registry: Registry) -> ModuleFace {
    let checker: Checker
    if let known = checkers[module.identity] {
      checker = known
    } else {
      checker = Checker(registry: registry, source: module.source, mode: .script)
      checkers[module.identity] = checker
      checker.moduleChecks = self
      checker.isModule = true
      diagnostics += checker.check(module.tree).diagnostics
      // Checked, it asks no more; otherwise the two would hold each other for good.
      checker.moduleChecks = ModuleChecks()
    }
    return ModuleFace(
      functions: checker.functions, constants: checker.scopes.first ?? [:], returnType: { checker.returnType(of: $0) })
  }
}

extension Checker {
  /// Makes the modules known that the statements at the top use.
  func collectModules(_ statements: [Statement], _ loaded: Modules) {
    for statement in statements {
      guard case .use(let path, let alias) = statement.kind else { continue }
      if let problem = loaded.problems[path.text] {
        report(problem, path.span)
        unresolvedModules.insert(alias.text)
      }
      guard let module = loaded.loaded[path.text] else { continue }
      if registry[alias.text] != nil || functions[alias.text] != nil { report(.namedLikeCommand(alias.text), alias.span) }
      if type(ofVariable: alias.text) != nil { report(.alreadyAssigned(alias.text), alias.span) }
      modules[alias.text] = moduleChecks.face(of: module, registry: registry)
    }
  }

  /// The module and the name in `z.grade`; nil when `z` is no module.
  func moduleMember(_ name: String) -> (module: ModuleFace, name: String)? {
    guard let dot = name.firstIndex(of: "."), let module = modules[String(name[..<dot])] else { return nil }
    return (module, String(name[name.index(after: dot)...]))
  }

  /// The type of `z.limits`; nil when the base is no module.
  func constantType(_ base: Expression, _ name: Name) -> ValueType? {
    guard case .name(let alias) = base.kind, type(ofVariable: alias) == nil else { return nil }
    if unresolvedModules.contains(alias) { return .anything }
    guard let module = modules[alias] else { return nil }
    if let type = module.constants[name.text] {
      note(.constant, "\(alias).\(name.text)", base.span.union(name.span))
      return type
    }
    let all = module.constants.keys.sorted() + module.functions.keys.sorted()
    report(.unknownProperty(name.text, of: "the module `\(alias)`", near: near(name.text, all), all: all), name.span)
    return .anything
  }
}
