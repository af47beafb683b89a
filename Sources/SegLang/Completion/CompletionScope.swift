/// What is visible where a completion is asked for: in a session, where variables have values, or in a script that has not run.
protocol CompletionScope {
  var registry: Registry { get }
  /// The latest result; nil before the first.
  var it: CompletionName? { get }
  /// Sorted by name.
  var variables: [CompletionName] { get }
  /// Numbered results: `_1`, `_2`, …
  var results: [CompletionName] { get }
  /// Functions that are declared here, sorted.
  var functionNames: [String] { get }
  /// Where they are declared, in a sentence.
  var functionHelp: String { get }
  /// Functions of the modules in use, by the names that they are called by: `z.grade`.
  var moduleFunctionNames: [String] { get }

  func parse(_ source: SourceText) -> SyntaxTree
  /// The type of a text's value, and what is wrong with the text.
  func type(of text: String, it: ValueType?) -> (type: ValueType?, diagnostics: [Diagnostic])
  /// The constants of the module that a script uses under this name; nil if it uses no such module.
  func moduleConstants(of alias: String) -> [CompletionName]?
}

/// A name that has a value.
struct CompletionName {
  let text: String
  let type: ValueType
  let help: String
}

/// What is visible at the prompt.
struct SessionScope: CompletionScope {
  private let session: Session

  init(_ session: Session) { self.session = session }

  var registry: Registry { session.registry }
  var it: CompletionName? { session.it.map { name("it", $0.value) } }
  var variables: [CompletionName] { session.variables.map { name($0.name, $0.value) } }
  var results: [CompletionName] {
    var names: [CompletionName] = []
    while let value = session.result(names.count + 1) { names.append(name("_\(names.count + 1)", value)) }
    return names
  }
  var functionNames: [String] { session.functionNames }
  var functionHelp: String { "Function defined in this session." }
  var moduleFunctionNames: [String] { session.moduleFunctionNames }

  func parse(_ source: SourceText) -> SyntaxTree { session.parse(source) }
  func type(of text: String, it: ValueType?) -> (type: ValueType?, diagnostics: [Diagnostic]) { session.type(of: text, it: it) }
  func moduleConstants(of alias: String) -> [CompletionName]? {
    session.moduleConstants(of: alias)?.map { constant in
      let type = Swift.type(of: constant.value)
      return CompletionName(text: constant.name, type: type.valueType, help: "\(type.typeName) \(constant.value.oneLine)")
    }
  }

  private func name(_ text: String, _ value: any Value) -> CompletionName {
    let type = Swift.type(of: value)
    return CompletionName(text: text, type: type.valueType, help: "\(type.typeName) \(session.oneLine(of: text, value))")
  }
}
