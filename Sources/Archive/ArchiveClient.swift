import Basics
import ImageOps

/// A connection to a DICOM archive, by DICOMweb or DIMSE. The archive is not trusted: what it sends is bounded and checked.
package protocol ArchiveClient: AnyObject {
  /// The archive as the address names it, without a study.
  var root: ArchiveAddress { get }
  /// Host and port, for messages.
  var host: String { get }
  /// What has to be said about the connection; nil: it is encrypted, or stays on this machine.
  var warning: String? { get }

  /// The file of an instance.
  /// - Throws: `ArchiveProblem`, `CancellationError`.
  func file(study: String, series: String, instance: String) throws -> [UInt8]

  /// The instances of a study or series, at most `ArchiveLimits.objects`.
  /// - Throws: `ArchiveProblem.noObject` if there are none; `ArchiveProblem`, `CancellationError`.
  func instances(study: String, series: String?) throws -> [ArchivedObject]

  /// The studies with a series of a modality.
  ///
  /// - Parameters:
  ///   - dates: `yyyymmdd` or a range `yyyymmdd-yyyymmdd`, either end open; nil: any.
  ///   - limit: Most studies.
  /// - Throws: `ArchiveProblem`, `CancellationError`.
  func studies(modality: String, dates: String?, limit: Int) throws -> [ArchivedObject]

  /// Stores a DICOM file.
  /// - Throws: `ArchiveProblem` if the archive stored nothing for another reason than the file; `CancellationError`.
  func store(_ file: [UInt8], _ identity: DICOMIdentity) throws -> StoredObject
}

/// Bounds of what is taken from an archive.
enum ArchiveLimits {
  /// The largest instance, in bytes: as for files.
  static let instance = 1 << 30
  /// Most instances of a study or series.
  static let objects = 5000
}

extension ArchiveAddress {
  /// A connection to the archive.
  /// - Throws: `ArchiveProblem`.
  package func client(_ settings: ArchiveSettings) throws(ArchiveProblem) -> any ArchiveClient {
    switch kind {
    case .dicomweb: try DICOMwebClient(self, settings: settings)
    case .dimse: try DIMSEClient(self, settings: settings)
    }
  }
}

extension ArchiveClient {
  /// The studies with a CR or DX series, the oldest first.
  ///
  /// - Parameters:
  ///   - dates: As for one modality.
  ///   - limit: Most studies of each modality.
  /// - Throws: `ArchiveProblem`, `CancellationError`.
  package func studies(dates: String?, limit: Int) throws -> [ArchivedObject] {
    var found: [ArchivedObject] = []
    var seen = Set<String>()
    for modality in ["DX", "CR"] {
      for study in try studies(modality: modality, dates: dates, limit: limit) where seen.insert(study.study).inserted {
        found.append(study)
      }
    }
    return found.sorted { ($0.date ?? "", $0.study) < ($1.date ?? "", $1.study) }
  }

  /// The one radiograph of a study or series.
  /// - Throws: `ArchiveProblem.noRadiograph`, `severalRadiographs` and what a search throws.
  package func radiograph(study: String, series: String?) throws -> (object: ArchivedObject, others: Int) {
    let all = try instances(study: study, series: series)
    let radiographs = all.filter(\.isRadiograph)
    guard let first = radiographs.first else {
      throw ArchiveProblem.noRadiograph(host, Set(all.compactMap(\.modality)).sorted())
    }
    guard radiographs.count == 1 else {
      let addresses = radiographs.prefix(8).map { object in
        "\(root.with(study: study, series: object.series, instance: object.instance))" + (object.view.map { " (\($0))" } ?? "")
      }
      throw ArchiveProblem.severalRadiographs(addresses, count: radiographs.count)
    }
    return (first, all.count - 1)
  }
}
