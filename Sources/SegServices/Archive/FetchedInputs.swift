import Archive
import Basics
import ImageOps
import SegValues

/// The folders in which a replay looks for inputs, those among them fetched that are addresses in an archive.
public final class FetchedInputs {
  public let folders: [String]
  private let scratch: ScratchFolder?

  /// - Parameter places: Folders, and addresses of studies, series or instances.
  /// - Throws: `ArchiveProblem`, `CodecError`, `CancellationError`.
  public init(_ places: [String]) throws {
    let addresses = places.filter(ArchiveAddress.isOne)
    scratch = addresses.isEmpty ? nil : ScratchFolder(named: "segsh-inputs")
    var folders = places.filter { !ArchiveAddress.isOne($0) }
    if !addresses.isEmpty {
      guard let scratch else { throw ArchiveProblem.noSpace }
      var count = 0
      for address in addresses {
        for image in try ArchiveFiles.images(of: address, note: { _ in }) {
          count += 1
          try FileBytes.write(FileBytes.read(ArchiveFiles.place(of: image)), to: "\(scratch.path)/\(count).dcm")
        }
      }
      folders.append(scratch.path)
    }
    self.folders = folders
  }

  /// Whether a place is an address in an archive and no folder.
  public static func isAddress(_ place: String) -> Bool { ArchiveAddress.isOne(place) }
}
