import Basics
internal import Platform

/// Finds the models that are installed with the program.
public enum ModelLibrary {
  /// The name of the default model.
  public static let standardName = "default"
  private static let ending = ".safetensors"

  /// The folders that are searched, in order. See ``ResourceFolders``.
  public static var folders: [String] { ResourceFolders.named("Models", variable: "SEGSH_MODELS") }

  /// Returns the path of a model from a path to a weights file, or from the name of an installed model.
  /// - Throws: `ModelError.notFound` with every place searched.
  public static func path(of name: String = standardName) throws(ModelError) -> String {
    if name.hasSuffix(ending) || name.contains("/") {
      guard isFile(name) else { throw .notFound(name: name, searched: [name]) }
      return name
    }
    let candidates = folders.map { "\($0)/\(name)\(ending)" }
    guard let path = candidates.first(where: isFile) else { throw .notFound(name: name, searched: candidates) }
    return path
  }

  /// The installed models with their paths, sorted by name; a name in an earlier folder hides the same name in a later one.
  public static var models: [(name: String, path: String)] {
    var paths: [String: String] = [:]
    for folder in folders {
      guard let stream = opendir(folder) else { continue }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let file = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard file.hasSuffix(ending), !file.hasPrefix(".") else { continue }
        let name = String(file.dropLast(ending.count))
        if paths[name] == nil { paths[name] = "\(folder)/\(file)" }
      }
    }
    return paths.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
