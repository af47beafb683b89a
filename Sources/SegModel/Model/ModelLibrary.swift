import Basics
internal import Platform

/// Finds the models that are installed with the program, and those that were learned on this machine (``ModelVersions``).
public enum ModelLibrary {
  /// The name of the default model.
  public static let standardName = "default"
  static let ending = ".safetensors"

  /// The folders that are searched, in order. See ``ResourceFolders``.
  public static var folders: [String] { ResourceFolders.named("Models", variable: "SEGSH_MODELS") }

  /// The folder of models that were learned on this machine: `$XDG_DATA_HOME/segsh/models`, or the same in `~/.local/share`; nil without a home.
  public static var userFolder: String? {
    let data = Environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? HomeFolder.path.map { $0 + "/.local/share" }
    return data.map { $0 + "/segsh/models" }
  }

  /// Whether a model is given by its path rather than its name.
  public static func isPath(_ name: String) -> Bool { name.hasSuffix(ending) || name.contains("/") }

  /// Returns the path of a model from a path to a weights file, or from the name of an installed or learned model. Of a learned model, `NAME` is the
  /// current version and `NAME@2` version 2. An installed model hides a learned one of the same name.
  /// - Throws: `ModelError.notFound` with every place searched.
  public static func path(of name: String = standardName) throws(ModelError) -> String {
    if isPath(name) {
      guard isFile(name) else { throw .notFound(name: name, searched: [name]) }
      return name
    }
    if let path = installed(name) ?? learned(name) { return path }
    throw .notFound(name: name, searched: (folders + [userFolder].compactMap { $0 }).map { "\($0)/\(name)\(ending)" })
  }

  /// Returns the path of the model that had this name and digest: a learned model's version of this digest, even if another is current by now. The
  /// present model of the name if there is no such version.
  /// - Parameter sha256: SHA-256 of the model file, as hexadecimal text.
  /// - Throws: `ModelError.notFound`.
  public static func path(of name: String, sha256: String) throws(ModelError) -> String {
    if !isPath(name), installed(name) == nil, !name.contains("@"), let versions = try? ModelVersions(name),
      let version = versions.all.last(where: { $0.record?["sha256"]?.stringValue == sha256 }), isFile(version.path)
    {
      return version.path
    }
    return try path(of: name)
  }

  /// The path of a model that came with the program; nil for another name.
  static func installed(_ name: String) -> String? { folders.map { "\($0)/\(name)\(ending)" }.first(where: isFile) }

  /// The path of a version of a learned model: that of `NAME@NUMBER`, or the one that `NAME` links to, so that a switch never changes an open file.
  private static func learned(_ name: String) -> String? {
    guard let userFolder else { return nil }
    let parts = name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard ModelVersions.isValid(parts[0]), parts.count <= 2 else { return nil }
    let stated = parts.count == 2 ? Int(parts[1]) : ModelVersions.number(linkedAt: "\(userFolder)/\(name)\(ending)")
    let path = stated.map { "\(userFolder)/\(parts[0])/\($0)\(ending)" } ?? "\(userFolder)/\(name)\(ending)"
    return isFile(path) ? path : nil
  }

  /// The models with their paths, sorted by name; a name in an earlier folder hides the same name in a later one.
  public static var models: [(name: String, path: String)] {
    var paths: [String: String] = [:]
    for folder in folders {
      for file in names(in: folder) where file.hasSuffix(ending) {
        let name = String(file.dropLast(ending.count))
        if paths[name] == nil { paths[name] = "\(folder)/\(file)" }
      }
    }
    for file in userFolder.map(names) ?? [] where file.hasSuffix(ending) {
      let name = String(file.dropLast(ending.count))
      if paths[name] == nil, let path = learned(name) { paths[name] = path }
    }
    return paths.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The names in a folder that do not start with a dot; none if there is no folder.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(SystemPath.bytes(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
