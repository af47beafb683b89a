import Archive
import Basics
import ImageOps
import SegLang
import Synchronization

/// Images that were read from an archive, as files without a name: what works on files works on them, and nothing of a patient stays on the disk.
package enum ArchiveFiles {
  private struct Held {
    let address: String
    let file: NamelessFile
    var byteCount: Int
  }

  /// In the order of reading.
  private static let held = Mutex<[Held]>([])
  /// Together they take at most this many bytes, the last ones excepted.
  private static let byteLimit = 512 << 20
  /// The last ones are neither emptied nor closed, since a line may be about to read one.
  private static let leastCount = 8
  private static let mostCount = 128
  /// Most images of a study or series that are opened together.
  package static let imageLimit = 64

  /// Where the file of an address can be read. It is fetched unless this process has it.
  /// - Parameter note: Takes what has to be said about it.
  /// - Throws: `ArchiveProblem`, `CancellationError`.
  package static func place(of text: String, note: (String) -> Void = { _ in }) throws -> String {
    if let known = heldPlace(of: text) { return known }
    let address = try ArchiveAddress(text)
    let client = try address.client(.ofEnvironment())
    guard let study = address.study else { throw ArchiveProblem.noInstance(text) }
    if let warning = client.warning { note(warning) }
    if let series = address.series, let instance = address.instance {
      return try hold(text, client, study: study, series: series, instance: instance)
    }
    let (found, others) = try client.radiograph(study: study, series: address.series)
    guard let series = found.series, let instance = found.instance else { throw ArchiveProblem.noInstance(text) }
    if others > 0 { note("the archive has \(others) other object\(others == 1 ? "" : "s") there; the only CR or DX image is read") }
    return try hold(text, client, study: study, series: series, instance: instance)
  }

  /// The addresses of the CR and DX images of a study or series, each of which was fetched.
  /// - Throws: `ArchiveProblem`, `CancellationError`.
  package static func images(of text: String, note: (String) -> Void) throws -> [String] {
    let address = try ArchiveAddress(text)
    guard let study = address.study else { throw ArchiveProblem.noInstance(text) }
    if address.instance != nil {
      _ = try place(of: text, note: note)
      return [text]
    }
    let client = try address.client(.ofEnvironment())
    if let warning = client.warning { note(warning) }
    let objects = try client.instances(study: study, series: address.series)
    let images = objects.filter(\.isRadiograph)
    guard !images.isEmpty else { throw ArchiveProblem.noRadiograph(client.host, Set(objects.compactMap(\.modality)).sorted()) }
    guard images.count <= imageLimit else { throw ArchiveProblem.tooManyRadiographs(images.count, limit: imageLimit) }
    if images.count < objects.count { note("\(objects.count - images.count) of \(objects.count) objects are no CR or DX image") }
    return try images.compactMap { image in
      guard let series = image.series, let instance = image.instance else { return nil }
      let one = "\(address.with(study: study, series: series, instance: instance))"
      if heldPlace(of: one) == nil { _ = try hold(one, client, study: study, series: series, instance: instance) }
      return one
    }
  }

  /// Where the file of an address can be read, if this process has it.
  package static func heldPlace(of address: String) -> String? {
    held.withLock { held in held.last { $0.address == address && $0.byteCount > 0 }?.file.path }
  }

  private static func hold(_ text: String, _ client: any ArchiveClient, study: String, series: String, instance: String) throws -> String {
    let bytes = try client.file(study: study, series: series, instance: instance)
    guard DICOMIdentity(of: bytes)?.instance == instance else { throw ArchiveProblem.otherInstance(client.host) }
    guard let file = NamelessFile(bytes) else { throw ArchiveProblem.noSpace }
    held.withLock { held in
      held.append(Held(address: text, file: file, byteCount: bytes.count))
      var total = held.reduce(0) { $0 + $1.byteCount }
      for index in held.indices.dropLast(leastCount) where total > byteLimit && held[index].byteCount > 0 {
        total -= held[index].byteCount
        held[index].byteCount = 0
        held[index].file.clear()
      }
      if held.count > mostCount { held.removeFirst(held.count - mostCount) }
    }
    return file.path
  }
}
