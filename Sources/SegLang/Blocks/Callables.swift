/// The functions and constants that code can name: those of a session or script, or of a module.
struct Callables {
  let registry: Registry
  let functions: [String: Checker.Function]
  let modules: [String: ModuleValues]
  /// A module's own constants, which its functions see.
  let constants: [String: Item]
  /// What paths of the module's functions start with: `z.`
  let prefix: String

  init(of evaluator: Evaluator) {
    self.init(
      registry: evaluator.registry, functions: evaluator.functions, modules: evaluator.modules,
      constants: evaluator.frame.unit?.constants ?? [:],
      prefix: evaluator.frame.unit.map { Path($0.module.source.name ?? "").stem.filter { $0.isLetter } + "." } ?? "")
  }

  private init(
    registry: Registry, functions: [String: Checker.Function], modules: [String: ModuleValues], constants: [String: Item], prefix: String
  ) {
    self.registry = registry
    self.functions = functions
    self.modules = modules
    self.constants = constants
    self.prefix = prefix
  }

  private func member(_ name: String) -> (alias: String, module: ModuleValues, name: String)? {
    guard let dot = name.firstIndex(of: "."), let module = modules[String(name[..<dot])] else { return nil }
    return (String(name[..<dot]), module, String(name[name.index(after: dot)...]))
  }

  /// A function by the name it is called by, and what can be named where it was declared.
  func function(_ name: String) -> (function: Checker.Function, home: Callables)? {
    if let function = functions[name] { return (function, self) }
    guard let (alias, module, member) = member(name), let function = module.functions[member] else { return nil }
    let home = Callables(
      registry: registry, functions: module.functions, modules: module.modules, constants: module.constants, prefix: "\(prefix)\(alias).")
    return (function, home)
  }

  /// The value of `z.limits`.
  func constant(_ name: String) -> Item? { member(name).flatMap { $0.module.constants[$0.name] } }

  /// A function's name with those of the modules round it.
  func path(of name: String) -> String { prefix + name }

  func isCallable(_ name: String) -> Bool { registry[name] != nil || function(name) != nil }

  func checker(for source: SourceText) -> Checker {
    let checker = Checker(registry: registry, source: source, mode: .script, functions: functions)
    checker.modules = modules.mapValues(\.face)
    return checker
  }
}
