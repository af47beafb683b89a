import Basics

extension ArchiveClient {
  private static let answerLimit = 16 << 20

  /// The instances of a study or series (QIDO-RS), at most 5000.
  /// - Throws: `ArchiveProblem`, `CancellationError`.
  package func instances(study: String, series: String? = nil) throws -> [ArchivedObject] {
    let path = ArchiveAddress(archive: archive, study: study, series: series).path + "/instances"
    let found = try search(path, "includefield=00080016&includefield=00185101&limit=5000")
    // What lies in another study was not asked for.
    let objects = found.filter { $0.study == study && $0.instance != nil && (series == nil || $0.series == series) }
    if objects.isEmpty { throw ArchiveProblem.notFound(host) }
    return objects
  }

  /// The studies with a CR or DX series (QIDO-RS), the oldest first.
  ///
  /// - Parameters:
  ///   - dates: `yyyymmdd` or a range `yyyymmdd-yyyymmdd`, either end open; nil: any.
  ///   - limit: Most studies of each modality.
  /// - Throws: `ArchiveProblem`, `CancellationError`.
  package func studies(dates: String?, limit: Int) throws -> [ArchivedObject] {
    var found: [ArchivedObject] = []
    var seen = Set<String>()
    for modality in ["DX", "CR"] {
      let date = dates.map { "&StudyDate=\($0)" } ?? ""
      for study in try search("/studies", "ModalitiesInStudy=\(modality)\(date)&limit=\(limit)") where seen.insert(study.study).inserted {
        found.append(study)
      }
    }
    return found.sorted { ($0.date ?? "", $0.study) < ($1.date ?? "", $1.study) }
  }

  private func search(_ path: String, _ query: String) throws -> [ArchivedObject] {
    let answer = try answer(path: path, query: "?\(query)", accept: "application/dicom+json", limit: Self.answerLimit)
    // Nothing was found.
    if answer.status == 204 { return [] }
    try checkStatus(answer)
    let json: JSON
    do { json = try JSON(parsing: answer.body) } catch { throw ArchiveProblem.badAnswer(host, "\(error)") }
    guard let items = json.arrayValue else { throw ArchiveProblem.badAnswer(host, "the result of the search is no list") }
    return try items.map { item in
      guard let object = ArchivedObject(item) else { throw ArchiveProblem.badAnswer(host, "an item of the search has no valid UID") }
      return object
    }
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
        "\(ArchiveAddress(archive: named, study: study, series: object.series, instance: object.instance))"
          + (object.view.map { " (\($0))" } ?? "")
      }
      throw ArchiveProblem.severalRadiographs(addresses, count: radiographs.count)
    }
    return (first, all.count - 1)
  }
}
