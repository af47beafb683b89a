internal import Dispatch
import SegLang
import SegModel
import Synchronization

/// A model that came with the program, or the path of a weights file.
struct ModelName: Value, Hashable {
  let oneLine: String

  static let standard = ModelName(oneLine: ModelLibrary.standardName)
  static let typeName = "Model"
  static let typeHelp = "The name of a model that came with the program, or the path of a weights file."
  static var literalHint: String? { "a model's name, or a .safetensors file" }
  static var choices: [ChoiceName] { ModelLibrary.models.map { ChoiceName($0.name) } }

  static func read(_ literal: Literal) throws(LiteralProblem) -> ModelName { ModelName(oneLine: literal.text) }

  var literal: String? { Path(oneLine).literal }
}

/// Models that have been opened, so that each is opened once.
enum ModelShelf {
  private static let opened = Mutex<[String: Segmenter]>([:])

  static func segmenter(_ model: ModelName, _ context: Context) throws -> Segmenter {
    let name = model.oneLine
    let isPath = name.contains("/") || name.hasSuffix(".safetensors")
    let path: String
    do {
      path = isPath ? try context.existing(Path(name)) : try ModelLibrary.path(of: name)
    } catch is ModelError {
      throw CommandProblem.noSuchModel(name, known: ModelLibrary.models.map(\.name))
    }
    return try open(path, keepsPacked: !isPath)
  }

  /// Opens the standard model on another thread. A caller that needs it meanwhile waits; what goes wrong it will find out itself.
  static func prepare() {
    guard let path = try? ModelLibrary.path(of: ModelLibrary.standardName) else { return }
    DispatchQueue.global().async { _ = try? open(path, keepsPacked: true) }
  }

  private static func open(_ path: String, keepsPacked: Bool) throws -> Segmenter {
    try opened.withLock { opened in
      if let segmenter = opened[path] { return segmenter }
      let segmenter = try Segmenter(modelPath: path, keepsPacked: keepsPacked)
      opened[path] = segmenter
      return segmenter
    }
  }
}
