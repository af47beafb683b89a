import Basics

extension DICOMwebClient {
  private static let answerLimit = 16 << 20

  /// The instances of a study or series (QIDO-RS).
  package func instances(study: String, series: String?) throws -> [ArchivedObject] {
    let path = ArchiveAddress(.dicomweb, archive: archive, study: study, series: series).path + "/instances"
    let found = try search(path, "includefield=00080016&includefield=00185101&limit=\(ArchiveLimits.objects)")
    // What lies in another study was not asked for.
    let objects = found.filter { $0.study == study && $0.instance != nil && (series == nil || $0.series == series) }
    if objects.isEmpty { throw ArchiveProblem.notFound(host) }
    return objects
  }

  package func studies(modality: String, dates: String?, limit: Int) throws -> [ArchivedObject] {
    try search("/studies", "ModalitiesInStudy=\(modality)\(dates.map { "&StudyDate=\($0)" } ?? "")&limit=\(limit)")
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
}
