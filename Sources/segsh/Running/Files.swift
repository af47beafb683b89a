import Basics
import ImageOps
import Platform
import SegModel

/// The few things that the program itself does with files.
enum Files {
  /// The names in a folder without those that start with a dot, sorted; folders end in a slash. Nothing where the folder cannot be read.
  static func names(in folder: String, includingHidden: Bool = false) -> [String] {
    guard let stream = opendir(SystemPath.bytes(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { SystemPath.text($0) }
      }
      guard name != ".", name != "..", includingHidden || !name.hasPrefix(".") else { continue }
      var status = stat()
      let isFolder = stat(SystemPath.bytes("\(folder)/\(name)"), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      names.append(isFolder ? name + "/" : name)
    }
    return names.sorted()
  }

  /// A whole file, or nil when it cannot be read or is larger than the limit.
  static func read(_ path: String, limit: Int) -> [UInt8]? {
    let file = open(SystemPath.bytes(path), O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return read(file, limit: limit)
  }

  /// What is left to read of an open file, or nil when that fails or is more than the limit.
  static func read(_ file: Int32, limit: Int) -> [UInt8]? {
    var result: [UInt8] = []
    while result.count <= limit {
      var failed = false
      let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        repeat { count = Platform.read(file, buffer.baseAddress, 65_536) } while count < 0 && errno == EINTR
        failed = count < 0
        count = max(0, count)
      }
      if failed { return nil }
      if chunk.isEmpty { return result }
      result += chunk
    }
    return nil
  }

  /// The first bytes of a file; fewer where it is shorter, none where it cannot be read.
  static func head(of path: String, count: Int) -> [UInt8] {
    let file = open(SystemPath.bytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return [] }
    defer { close(file) }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in filled = max(0, Platform.read(file, buffer.baseAddress, count)) }
  }

  /// Replaces a file by a text, whole or not at all.
  static func write(_ text: String, to path: String) throws { try AtomicFile.write(text, to: path) }

  /// Whether all of it was written, however many calls that took.
  static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool { bytes.withUnsafeBytes { WholeFile.append($0, to: file) } }

  /// Makes the folders that a file is to lie in, for the user alone.
  static func makeFolders(above path: String) {
    for index in path.indices where path[index] == "/" && index > path.startIndex {
      mkdir(String(path[..<index]), 0o700)
    }
  }
}
