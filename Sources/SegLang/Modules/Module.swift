/// A file that others use, read and parsed.
final class Module: Sendable {
  let identity: String
  let tree: SyntaxTree

  init(identity: String, tree: SyntaxTree) {
    self.identity = identity
    self.tree = tree
  }

  var source: SourceText { tree.source }
  /// Names of the functions that the file declares.
  var functionNames: Set<String> {
    Set(tree.statements.compactMap { if case .function(let declaration) = $0.kind { declaration.name.text } else { nil } })
  }
}

/// What the `use` lines of a text lead to.
struct Modules: Sendable {
  /// By the path as it is written.
  private(set) var loaded: [String: Module] = [:]
  /// Why a path leads nowhere.
  private(set) var problems: [String: Problem] = [:]
  /// Paths by the names that the text gives them.
  private(set) var aliases: [String: String] = [:]
  private var functions: [String: Set<String>] = [:]

  static let none = Modules()
  private init() {}

  /// Reads the files that a text uses, and those that they use.
  init(of source: SourceText, loader: ModuleLoader, isCommand: @escaping (String) -> Bool) {
    var reading = Reading(loader: loader, isCommand: isCommand)
    self = reading.modules(of: source, chain: [])
  }

  /// Whether `z.grade` is a function of the module `z`.
  func isFunction(_ name: String) -> Bool {
    guard let dot = name.firstIndex(of: ".") else { return false }
    return functions[String(name[..<dot])]?.contains(String(name[name.index(after: dot)...])) ?? false
  }

  /// Whether a name is meant to be a module, whose file cannot be had.
  func isUnresolved(_ alias: String) -> Bool { aliases[alias].map { problems[$0] != nil } ?? false }

  /// Work on one text: every file is read and parsed once.
  private struct Reading {
    let loader: ModuleLoader
    let isCommand: (String) -> Bool
    var known: [String: Module] = [:]

    mutating func modules(of source: SourceText, chain: [ModuleLoader.File]) -> Modules {
      var result = Modules()
      for (path, alias) in Parser.declaredModules(in: source) {
        result.aliases[alias] = path
        guard result.loaded[path] == nil, result.problems[path] == nil else { continue }
        switch module(path, usedBy: source.name, chain: chain) {
        case .success(let module): result.loaded[path] = module
        case .failure(let failure): result.problems[path] = failure.problem
        }
      }
      for (alias, path) in result.aliases { result.functions[alias] = result.loaded[path]?.functionNames }
      return result
    }

    private struct Failure: Error { let problem: Problem }

    private mutating func module(_ path: String, usedBy user: String?, chain: [ModuleLoader.File]) -> Result<Module, Failure> {
      let file: ModuleLoader.File
      switch loader.read(path, user) {
      case .success(let found): file = found
      case .failure(.missing(let near)): return .failure(Failure(problem: .missingModule(path, near: near)))
      case .failure(.unreadable): return .failure(Failure(problem: .unreadableModule(path, limit: ModuleLoader.sizeLimit >> 20)))
      }
      if let start = chain.firstIndex(where: { $0.identity == file.identity }) {
        return .failure(Failure(problem: .moduleCycle(chain[start...].map(\.name) + [file.name])))
      }
      if let module = known[file.identity] { return .success(module) }
      if chain.count >= ModuleLoader.depthLimit {
        return .failure(Failure(problem: .tooManyModules(ModuleLoader.depthLimit, isDepth: true)))
      }
      if known.count >= ModuleLoader.countLimit {
        return .failure(Failure(problem: .tooManyModules(ModuleLoader.countLimit, isDepth: false)))
      }
      let source = SourceText(file.text, name: file.name)
      let inner = modules(of: source, chain: chain + [file])
      let module = Module(identity: file.identity, tree: SyntaxTree(parsing: source, modules: inner, isCommand: isCommand))
      known[file.identity] = module
      return .success(module)
    }
  }
}

extension SyntaxTree {
  /// Parses a text and the modules that it uses. Never fails: a check reports what is wrong.
  public init(parsing source: SourceText, using loader: ModuleLoader, isCommand: @escaping (String) -> Bool) {
    self.init(parsing: source, modules: Modules(of: source, loader: loader, isCommand: isCommand), isCommand: isCommand)
  }
}
