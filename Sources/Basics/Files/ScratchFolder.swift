internal import Platform

/// A new folder of the user's own for files that nobody keeps; it is removed with the last reference, and by the next one when the process was killed.
package final class ScratchFolder: Sendable {
  package let path: String
  private let descriptor: Int32

  /// In `TMPDIR`, else in `/tmp`.
  /// - Returns: Nil where none can be made.
  package init?(named name: String) {
    let parents = [Environment.stated("TMPDIR"), "/tmp"].compactMap { $0 }
    for parent in parents {
      Self.sweep(parent, "\(name)-")
      var template = SystemPath.bytes("\(parent)/\(name)-XXXXXX")
      guard mkdtemp(&template) != nil else { continue }
      path = SystemPath.text(template)
      descriptor = open(template, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if descriptor >= 0 { flock(descriptor, LOCK_EX | LOCK_NB) }
      return
    }
    return nil
  }

  deinit {
    Self.remove(path)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Removes folders of this user that no process has locked.
  private static func sweep(_ parent: String, _ prefix: String) {
    for name in names(in: parent) where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 6 {
      let path = "\(parent)/\(name)"
      let folder = open(SystemPath.bytes(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard folder >= 0 else { continue }
      defer { close(folder) }
      var status = stat()
      guard fstat(folder, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else { continue }
      // Another process makes its folder and then locks it.
      guard time(nil) - status.st_mtim.tv_sec > 2, flock(folder, LOCK_EX | LOCK_NB) == 0 else { continue }
      remove(path)
    }
  }

  /// Removes a file, or a folder and what is in it; links themselves and not what they lead to.
  private static func remove(_ path: String, depth: Int = 0) {
    var status = stat()
    guard depth < 64, lstat(SystemPath.bytes(path), &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(SystemPath.bytes(path))
      return
    }
    for name in names(in: path) { remove(path + "/" + name, depth: depth + 1) }
    rmdir(SystemPath.bytes(path))
  }

  /// What is in it, in no order.
  package var names: [String] { Self.names(in: path) }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(SystemPath.bytes(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { SystemPath.text($0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
