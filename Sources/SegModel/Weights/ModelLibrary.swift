import Glibc

/// Finds the models that come with the program.
public enum ModelLibrary {
  /// The model that is used when none is named.
  public static let standardName = "default"
  private static let ending = ".safetensors"

  /// The folders that are searched, in order: `SEGSH_MODELS`, then beside the executable, in its resources, and in `Models` above it up to the
  /// package's root.
  public static var folders: [String] {
    var folders: [String] = []
    if let variable = getenv("SEGSH_MODELS"), variable.pointee != 0 { folders.append(String(cString: variable)) }
    var folder = folderOfExecutable
    folders += ["\(folder)/Models", "\(folder)/segsh_SegModel.resources/Models", "\(folder)/../share/segsh/Models"]
    // A program run from its build folder finds the package's own models.
    for _ in 0..<4 {
      guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { break }
      folder = String(folder[..<slash])
      folders.append("\(folder)/Models")
    }
    return folders
  }

  /// The path of a model: a path to a weights file, or the name of one that came with the program.
  /// - Throws: `ModelError.notFound`, with every place looked at.
  public static func path(of name: String = standardName) throws(ModelError) -> String {
    if name.hasSuffix(ending) || name.contains("/") {
      guard isFile(name) else { throw .notFound(name: name, searched: [name]) }
      return name
    }
    let candidates = folders.map { "\($0)/\(name)\(ending)" }
    guard let path = candidates.first(where: isFile) else { throw .notFound(name: name, searched: candidates) }
    return path
  }

  /// Names of the models that came with the program, sorted, each with its path; a name in an earlier folder hides the same name in a later one.
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

  private static var folderOfExecutable: String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? 0 }
    }
    let path = count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : CommandLine.arguments.first ?? "."
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return String(path[..<slash])
  }
}
