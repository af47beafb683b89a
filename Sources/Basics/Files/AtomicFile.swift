internal import Platform

/// Writing files so that a reader, a crash, a full disk or a kill finds either the old file or the new one, never half of one.
///
/// The bytes go to a temporary file in the same folder (``NeighborFile``), which then takes the name. A write that fails leaves the old file as it
/// was.
public enum AtomicFile {
  /// Whose file it is, which decides what a link and permissions mean and how much has reached the disk when the call returns.
  public enum Owner: Sendable {
    /// The user's document. A symbolic link is followed and permissions are kept, as an editor does; the content has reached the disk.
    case user
    /// The program's: a model, a checkpoint, a history. A link is replaced, so that a planted one is never followed, and only the owner may write to
    /// the file; content and name have reached the disk.
    case program
    /// As `program`, for what can be computed again: nothing need have reached the disk.
    case cache
  }

  /// Replaces or creates the file at `path` by these bytes.
  /// - Throws: `FileError.cannotWrite`, `notAFile`.
  public static func write(_ bytes: [UInt8], to path: String, for owner: Owner) throws(FileError) {
    var file = try StagedFile(for: path, owner)
    try file.write(bytes)
    try file.takeName()
  }

  /// Replaces or creates the file at `path` by this text.
  /// - Throws: as ``write(_:to:for:)-([UInt8],_,_)``.
  public static func write(_ text: String, to path: String, for owner: Owner = .program) throws(FileError) {
    try write(Array(text.utf8), to: path, for: owner)
  }

  /// Replaces or creates the file at `path` by what `produce` writes through the function it is given.
  /// - Throws: `FileError`, or what `produce` throws.
  public static func write(
    to path: String, for owner: Owner = .program, _ produce: (_ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    var file = try StagedFile(for: path, owner)
    let descriptor = file.descriptor
    try produce { bytes in
      guard WholeFile.append(bytes, to: descriptor) else { throw FileError.cannotWrite(path: path, code: errno) }
    }
    try file.flush()
    try file.takeName()
  }

  /// Replaces or creates two documents that belong together. Both are on the disk before either takes its name, the first one first.
  /// - Throws: `FileError`; unless the second name alone fails, nothing has changed.
  public static func write(_ first: (bytes: [UInt8], path: String), with second: (bytes: [UInt8], path: String)) throws(FileError) {
    var one = try StagedFile(for: first.path, .user)
    try one.write(first.bytes)
    var other = try StagedFile(for: second.path, .user)
    try other.write(second.bytes)
    try one.takeName()
    try other.takeName()
  }

  /// Makes a folder and those above it; a folder that is there already is fine.
  public static func makeFolder(_ path: String) throws(FileError) {
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + part
      guard mkdir(partial, 0o755) == 0 || errno == EEXIST else { throw .cannotWrite(path: path, code: errno) }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .cannotWrite(path: path, code: ENOTDIR) }
  }
}

/// The new content of a file before it takes the name; gone if it never does.
private struct StagedFile: ~Copyable {
  private var file: NeighborFile
  private let path: String
  private let owner: AtomicFile.Owner
  var descriptor: Int32 { file.descriptor }

  init(for path: String, _ owner: AtomicFile.Owner) throws(FileError) {
    let mask = umask(0)
    _ = umask(mask)
    var permissions = 0o644 & ~mask
    if owner == .user {
      var status = stat()
      let exists = stat(SystemPath.bytes(Self.followed(path)), &status) == 0
      if exists, status.st_mode & S_IFMT == S_IFDIR { throw .cannotWrite(path: path, code: EISDIR) }
      if exists, status.st_mode & S_IFMT != S_IFREG { throw .notAFile(path: path) }
      permissions = exists ? status.st_mode & 0o7777 : 0o666 & ~mask
    }
    guard let file = NeighborFile(of: owner == .user ? Self.followed(path) : path) else { throw .cannotWrite(path: path, code: errno) }
    guard fchmod(file.descriptor, permissions) == 0 || owner != .user else { throw .cannotWrite(path: path, code: errno) }
    self.file = file
    (self.path, self.owner) = (path, owner)
  }

  /// Writes all of the content.
  func write(_ bytes: [UInt8]) throws(FileError) {
    guard bytes.withUnsafeBytes({ [descriptor] in WholeFile.append($0, to: descriptor) }) else {
      throw .cannotWrite(path: path, code: errno)
    }
    try flush()
  }

  func flush() throws(FileError) {
    guard owner == .cache || fsync(descriptor) == 0 else { throw .cannotWrite(path: path, code: errno) }
  }

  mutating func takeName() throws(FileError) {
    let target = owner == .user ? Self.followed(path) : path
    guard file.take(name: target) else { throw .cannotWrite(path: path, code: errno) }
    if owner == .program { Self.flushFolder(of: path) }
  }

  /// Where the links of a path lead.
  private static func followed(_ path: String) -> String {
    guard let real = realpath(SystemPath.bytes(path), nil) else { return path }
    defer { free(real) }
    return SystemPath.text(real)
  }

  // A rename is only durable once the folder that holds the name has reached the disk too.
  private static func flushFolder(of path: String) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let descriptor = open(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
