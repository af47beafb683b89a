internal import Platform

/// Finds and reads the files that `use` names.
public struct ModuleLoader: Sendable {
  /// A module file and its text.
  public struct File: Sendable {
    /// Identity of the file, the same for every spelling of its path.
    public let identity: String
    /// Name of the file in diagnostics.
    public let name: String
    /// Text of the file.
    public let text: String

    /// Creates a file.
    public init(identity: String, name: String, text: String) {
      self.identity = identity
      self.name = name
      self.text = text
    }
  }

  /// The reason why a file cannot be loaded.
  public enum Failure: Error, Sendable, Hashable {
    /// There is no such file; similar names are listed.
    case missing(near: [String])
    /// A folder, not readable, or too large.
    case unreadable
  }

  /// Largest file, in bytes.
  public static let sizeLimit = 1 << 20
  /// Most modules of a text, and how deep they may use each other.
  static let countLimit = 64
  static let depthLimit = 16

  /// Reads a file, given the path as written and the name of the file that uses it (nil at the prompt).
  package let read: @Sendable (_ path: String, _ user: String?) -> Result<File, Failure>

  /// Creates a loader.
  /// - Parameter read: Reads a file, given the path as written and the name of the file that uses it (nil at the prompt).
  public init(read: @escaping @Sendable (_ path: String, _ user: String?) -> Result<File, Failure>) { self.read = read }

  /// A loader that reads files. A relative path starts at the folder of the file that uses it.
  /// - Parameter folder: Start of relative paths at the prompt; empty for the current folder.
  public static func files(folder: String = "") -> ModuleLoader {
    ModuleLoader { path, user in
      let beside = user.flatMap { name in name.lastIndex(of: "/").map { String(name[...$0]) } } ?? ""
      let name = path.hasPrefix("/") || path.hasPrefix("~") ? Path(path).expanded : beside + path
      let full = name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
      guard let resolved = realpath(full, nil) else { return .failure(.missing(near: Self.near(full, path))) }
      defer { free(resolved) }
      guard let text = Self.text(of: full) else { return .failure(.unreadable) }
      return .success(File(identity: String(cString: resolved), name: name, text: text))
    }
  }

  /// The same loader, with the texts of some files in place of what they hold, such as those that are open in an editor.
  /// - Parameter text: The text of a file by its identity; nil for the file's own.
  public func preferring(_ text: @escaping @Sendable (_ identity: String) -> String?) -> ModuleLoader {
    ModuleLoader { path, user in
      read(path, user).map { file in text(file.identity).map { File(identity: file.identity, name: file.name, text: $0) } ?? file }
    }
  }

  private static func text(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= sizeLimit else { return nil }
    var bytes: [UInt8] = []
    while bytes.count <= sizeLimit {
      var failed = false
      let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        let got = Platform.read(file, buffer.baseAddress, buffer.count)
        failed = got < 0
        count = max(0, got)
      }
      if failed { return nil }
      if chunk.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk
    }
    return nil
  }

  /// Names in the folder of a missing file that come near its own, written as the path is.
  private static func near(_ full: String, _ path: String) -> [String] {
    let folder = full.lastIndex(of: "/").map { String(full[...$0]) } ?? "./"
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream), names.count < 10_000 {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    let prefix = path.dropLast(Path(path).name.count)
    return nearNames(to: Path(path).name, in: names.sorted()).map { prefix + $0 }
  }
}
