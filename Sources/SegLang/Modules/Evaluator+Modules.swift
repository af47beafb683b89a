/// A module whose constants have their values.
final class ModuleValues: Sendable {
  let module: Module
  let constants: [String: Item]
  let functions: [String: Checker.Function]
  let modules: [String: ModuleValues]

  init(module: Module, constants: [String: Item], functions: [String: Checker.Function], modules: [String: ModuleValues]) {
    self.module = module
    self.constants = constants
    self.functions = functions
    self.modules = modules
  }

  var face: ModuleFace {
    let functions = functions
    return ModuleFace(
      functions: functions, constants: constants.mapValues { type(of: $0.value).valueType },
      returnType: { functions[$0]?.returnType ?? .anything })
  }
}

extension Evaluator {
  /// The functions that can be called here by their bare names.
  var functions: [String: Checker.Function] { frame.unit?.functions ?? state.functions }
  var modules: [String: ModuleValues] { frame.unit?.modules ?? state.modules }

  /// Makes a module's values; a module that has some keeps them unless its text changed.
  func use(_ path: Name, as alias: Name, in loaded: Modules) throws {
    guard let module = loaded.loaded[path.text] else {
      throw problem(loaded.problems[path.text] ?? .missingModule(path.text, near: []), path.span)
    }
    state.modules[alias.text] = try values(of: module)
    mark = RunMark()
  }

  private func values(of module: Module) throws -> ModuleValues {
    if let known = state.loaded[module.identity], known.module.source.text == module.source.text { return known }
    var inner: [String: ModuleValues] = [:]
    for (alias, path) in module.tree.modules.aliases {
      if let used = module.tree.modules.loaded[path] { inner[alias] = try values(of: used) }
    }
    let checker = Checker(registry: registry, source: module.source, mode: .script)
    checker.modules = inner.mapValues(\.face)
    checker.collectFunctions(module.tree.statements)
    func made(with constants: [String: Item]) -> ModuleValues {
      ModuleValues(module: module, constants: constants, functions: checker.functions, modules: inner)
    }
    var constants: [String: Item] = [:]
    for statement in module.tree.statements {
      guard case .assignment(let name, _, let pipeline) = statement.kind else { continue }
      var home = frame.calling(module.source, of: made(with: constants), scopes: [constants])
      home.blockDepth += 1
      constants[name.text] = try within(home) {
        guard let item = try value(of: pipeline) else { throw problem(.givesNothing("this"), pipeline.span) }
        return item
      }
    }
    let values = made(with: constants)
    state.loaded[module.identity] = values
    return values
  }

  /// The value of `z.limits`; nil when the base is no module.
  func constant(_ base: Expression, _ name: Name) throws -> Item? {
    guard case .name(let alias) = base.kind, item(ofVariable: alias) == nil, let module = modules[alias] else { return nil }
    if let item = module.constants[name.text] { return item }
    let all = module.constants.keys.sorted()
    throw problem(.unknownProperty(name.text, of: "the module `\(alias)`", near: nearNames(to: name.text, in: all), all: all), name.span)
  }

  /// A function by the name it is called by, and the module that it belongs to.
  func function(named name: String) -> (function: Checker.Function, unit: ModuleValues?)? {
    if let function = functions[name] { return (function, frame.unit) }
    guard let dot = name.firstIndex(of: "."), let module = modules[String(name[..<dot])],
      let function = module.functions[String(name[name.index(after: dot)...])]
    else { return nil }
    return (function, module)
  }
}
