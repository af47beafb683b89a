internal import Platform

/// Finds files that are installed with the program: models, lessons, a font.
public enum ResourceFolders {
  /// Returns the folders of a name that are searched, in order: the one in an environment variable, next to the executable, in its resources, in
  /// `share/segsh`, and above the executable up to the package's root.
  public static func named(_ name: String, variable: String? = nil) -> [String] {
    var folders: [String] = []
    if let given = variable.flatMap(Environment.stated) { folders.append(given) }
    var folder = folderOfExecutable
    folders += ["\(folder)/\(name)", "\(folder)/segsh_SegModel.resources/\(name)", "\(folder)/../share/segsh/\(name)"]
    // A program run from its build folder finds the package's own.
    for _ in 0..<4 {
      guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { break }
      folder = String(folder[..<slash])
      folders.append("\(folder)/\(name)")
    }
    return folders
  }

  /// The path of the running program.
  public static var executable: String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? 0 }
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : CommandLine.arguments.first ?? "."
  }

  private static var folderOfExecutable: String {
    let path = executable
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return String(path[..<slash])
  }
}
