import Archive
import Basics
import ImageOps
import SegLang
import SegValues

/// Sends DICOM files to an archive, one by one.
package struct ArchiveSending {
  package enum Problem: Error, Hashable, CustomStringConvertible {
    case nothing(String, skipped: Int)
    case noIdentity(String)
    case tooMany(String, Int, limit: Int)
    case notAnArchive(String)
    /// What the archive refused, each with the reason, how many there are, and how many it stored.
    case refused([String], count: Int, stored: Int, host: String)
    /// The connection failed after some were stored.
    case stopped(String, stored: Int, count: Int)

    package var description: String {
      switch self {
      case .nothing(let path, let skipped):
        "there is no DICOM file in `\(path)`" + (skipped > 0 ? " (\(skipped) other file\(skipped == 1 ? "" : "s"))" : "")
      case .noIdentity(let name): "`\(name)` has no valid SOP Instance UID, so an archive cannot store it"
      case .tooMany(let path, let count, let limit): "`\(path)` has \(count) files; at most \(limit) are sent together"
      case .notAnArchive(let text): "`\(text)` names a study; files are sent to an archive: omit /studies/…"
      case .refused(let files, let count, let stored, let host):
        "\(host) refused \(count) of \(count + stored) files: \(files.joined(separator: "; "))" + (count > files.count ? "; …" : "")
      case .stopped(let reason, let stored, let count):
        "\(reason). \(stored) of \(count) files were stored; sending all again is safe, because an archive stores each object once"
      }
    }
  }

  package static let fileLimit = 10_000

  private let client: any ArchiveClient
  /// What has to be said about the connection.
  package var warning: String? { client.warning }
  package var host: String { client.host }

  /// - Parameter archive: As `dicomweb:URL` or `dimse:AETITLE@host:port`; nil: the one that the settings name, by DICOMweb if they name two.
  /// - Throws: `ArchiveProblem`, `Problem.notAnArchive`.
  package init(to archive: String?) throws {
    let settings = try ArchiveSettings.ofEnvironment()
    let usual = ArchiveAddress(settings.archive == nil && settings.dimseArchive != nil ? .dimse : .dicomweb, archive: nil)
    let address = try archive.map { try ArchiveAddress($0) } ?? usual
    guard address.study == nil else { throw Problem.notAnArchive("\(address)") }
    client = try address.client(settings)
  }

  /// The DICOM files of a file or folder, and how many other files there are in it.
  /// - Throws: `Problem`; `CommandProblem.noSuchFile`.
  package static func files(of path: Path, _ context: Context) throws -> (files: [Path], skipped: Int) {
    let place = context.resolved(path)
    guard FilePaths.isFolder(place) else {
      _ = try context.existing(path)
      return ([path], 0)
    }
    let folder = path.text.hasSuffix("/") ? path.text : path.text + "/"
    let all = FilePaths.names(in: place, limit: .max).map { Path(folder + $0) }.filter { FilePaths.isRegularFile(context.resolved($0)) }
    let found = all.filter { FilePaths.isDICOM(context.resolved($0)) }
    guard !found.isEmpty else { throw Problem.nothing(path.text, skipped: all.count) }
    guard found.count <= fileLimit else { throw Problem.tooMany(path.text, found.count, limit: fileLimit) }
    return (found, all.count - found.count)
  }

  /// Sends files in order.
  /// - Parameter note: Takes a warning of the archive.
  /// - Throws: `Problem.refused` once all were tried; `Problem.stopped`, `ArchiveProblem`, `CodecError`, `CancellationError`.
  package func send(_ files: [Path], _ context: Context) throws {
    var stored = 0
    var unconfirmed = 0
    var refused: [String] = []
    for (index, path) in files.enumerated() {
      try context.checkCancellation()
      context.progress(Double(index) / Double(files.count), "sending")
      let bytes = try context.input(path)
      guard let identity = DICOMIdentity(of: bytes) else {
        guard files.count > 1 else { throw Problem.noIdentity(path.text) }
        refused.append("\(path.name) has no valid SOP Instance UID")
        continue
      }
      let outcome: StoredObject
      do { outcome = try client.store(bytes, identity) } catch let problem as ArchiveProblem {
        guard stored > 0 else { throw problem }
        throw Problem.stopped("\(problem)", stored: stored, count: files.count)
      }
      if case .refused = outcome {
        refused.append("\(path.name): \(outcome.reason ?? "")")
      } else {
        stored += 1
        if outcome == .unconfirmed { unconfirmed += 1 }
        if let warning = outcome.reason { context.note("\(path.name) was \(warning)", about: path.name) }
      }
    }
    if unconfirmed > 0 { context.note("\(host) answers no queries, so nothing confirms that it kept the objects") }
    if !refused.isEmpty { throw Problem.refused(Array(refused.prefix(8)), count: refused.count, stored: stored, host: client.host) }
  }
}
