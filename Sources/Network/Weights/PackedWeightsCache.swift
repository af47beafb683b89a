import Basics
internal import Platform

/// The packed weights of a model, kept in the user's cache folder so that the next program maps them instead of packing them again.
///
/// An entry is a safetensors file that says which model, program, processor and image size it is for, with a checksum. Whatever does not fit is passed
/// over and replaced; without a folder that can be written to, nothing is kept. Safe with several programs at once: files are replaced whole.
package struct PackedWeightsCache {
  let path: String
  private let key: [String: String]
  private static let checksumKey = "checksum"

  /// - Parameter folder: where entries lie; nil for none.
  /// - Returns: nil where there is no place to keep anything.
  init?(of model: Safetensors, for size: (height: Int, width: Int), on set: InstructionSet, in folder: String? = Self.folder) {
    guard let folder, let program = Self.program else { return nil }
    let hash = String(model.hash, radix: 16)
    key = [
      "content": "packed weights", "model": hash, "instruction_set": "\(set)", "size": "\(size.width)x\(size.height)", "program": program,
    ]
    path = "\(folder)/\(set)-\(hash).safetensors"
  }

  /// The entry; nil where there is none that fits and is whole.
  func open() -> Safetensors? {
    var status = stat()
    // What others can write to is not trusted.
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_mode & 0o022 == 0,
      let file = try? Safetensors(path: path, isMapped: true)
    else { return nil }
    var found = file.metadata
    let checksum = found.removeValue(forKey: Self.checksumKey)
    guard found == key, checksum == Self.text(of: file.checksums()) else { return nil }
    return file
  }

  /// Replaces the entry. Failing is no harm.
  func write(_ tensors: [Safetensors.Content]) {
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    do {
      try AtomicFile.makeFolder(folder)
      let sums = tensors.map { tensor in tensor.values.withUnsafeBytes { XXHash64.hash($0) } }
      try Safetensors.write(tensors, metadata: key.merging([Self.checksumKey: Self.text(of: sums)]) { $1 }, to: path, for: .cache)
    } catch {
      // A full or read-only disk: the next program packs again.
    }
  }

  private static func text(of sums: [UInt64]) -> String { sums.map { String($0, radix: 16) }.joined(separator: " ") }

  /// `SEGSH_CACHE`, or `segsh` in the user's cache folder; `SEGSH_CACHE=none` keeps nothing.
  package static var folder: String? {
    if let own = Environment.stated("SEGSH_CACHE") { return own == "none" ? nil : own }
    let caches =
      Environment.stated("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? HomeFolder.path.map { $0 + "/.cache" }
    return caches.map { $0 + "/segsh" }
  }

  /// Tells one build of the program from another, whose layout of packed weights may differ.
  private static var program: String? {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return nil }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }
}

extension Safetensors {
  /// XXH64 of the whole file.
  var hash: UInt64 { withFileBytes { XXHash64.hash($0) } }

  /// XXH64 of each tensor's bytes, in the order of the data.
  func checksums() -> [UInt64] {
    let ranges = names.compactMap { entries[$0]?.bytes }
    var sums = [UInt64](repeating: 0, count: ranges.count)
    sums.withUnsafeMutableBufferPointer { sums in
      // Each task is one tensor.
      nonisolated(unsafe) let sums = sums
      Parallel.run(ranges.count, on: Parallel.threadCount) { index, _ in
        withFileBytes { bytes in sums[index] = XXHash64.hash(UnsafeRawBufferPointer(rebasing: bytes[ranges[index]])) }
      }
    }
    return sums
  }
}
