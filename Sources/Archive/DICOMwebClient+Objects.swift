import Basics
import ImageOps

extension DICOMwebClient {
  /// The file of an instance as the archive holds it (WADO-RS), in the encoding in which it was stored.
  package func file(study: String, series: String, instance: String) throws -> [UInt8] {
    let path = ArchiveAddress(.dicomweb, archive: archive, study: study, series: series, instance: instance).path
    // Without this transfer syntax an archive would decompress what it holds.
    let answer = try answer(
      path: path, accept: "multipart/related; type=\"application/dicom\"; transfer-syntax=*", limit: ArchiveLimits.instance)
    try checkStatus(answer)
    let type = MultipartRelated.parameters(of: answer.contentType).type
    let file: [UInt8]
    if type == "application/dicom" {
      file = answer.body
    } else if type == "multipart/related" {
      let parts: [MultipartRelated.Part]
      do throws(MultipartRelated.Problem) {
        parts = try MultipartRelated.parts(of: answer.body, contentType: answer.contentType, limit: 1)
      } catch { throw ArchiveProblem.badAnswer(host, "\(error)") }
      guard let part = parts.first else { throw ArchiveProblem.badAnswer(host, "it has no parts") }
      let inner = MultipartRelated.parameters(of: part.contentType).type
      guard inner == "application/dicom" else { throw ArchiveProblem.badAnswer(host, "it is no DICOM file") }
      if let shortage = MemoryBudget.shortage(of: part.content.count) { throw ArchiveProblem.noMemory(shortage) }
      file = Array(answer.body[part.content])
    } else {
      throw ArchiveProblem.badAnswer(host, "it is no DICOM file")
    }
    guard file.count > 132, file[128..<132].elementsEqual("DICM".utf8) else { throw ArchiveProblem.badAnswer(host, "it is no DICOM file") }
    return file
  }

  /// Stores a DICOM file (STOW-RS).
  package func store(_ file: [UInt8], _ identity: DICOMIdentity) throws -> StoredObject {
    if let shortage = MemoryBudget.shortage(of: file.count) { throw ArchiveProblem.noMemory(shortage) }
    let (type, body) = MultipartRelated.message(of: file, type: "application/dicom")
    let answer = try answer(path: "/studies", accept: "application/dicom+json", body: (type, body), limit: 4 << 20)
    let report = (try? JSON(parsing: answer.body)).map { json in json.arrayValue?.first ?? json }
    func item(_ sequence: String) -> JSON? {
      report?[sequence]?["Value"]?.arrayValue?.first { $0["00081155"]?["Value"]?.arrayValue?.first?.stringValue == identity.instance }
    }
    func code(_ item: JSON?, _ tag: String) -> Int? { item?[tag]?["Value"]?.arrayValue?.first?.integerValue }
    if let failed = item("00081198") {
      let reason = code(failed, "00081197")
      // Some archives refuse what they hold already.
      return reason == Self.duplicate ? .stored : .refused(reason)
    }
    if let stored = item("00081199"), [200, 202].contains(answer.status) {
      return code(stored, "00081196").flatMap { $0 == 0 ? nil : .storedWithWarning($0) } ?? .stored
    }
    // 409: nothing was stored, for reasons of the file.
    if answer.status == 409 { return .refused(nil) }
    try checkStatus(answer)
    throw ArchiveProblem.badAnswer(host, "it does not say whether the file was stored")
  }

  private static let duplicate = 0x0111
}
