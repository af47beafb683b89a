import Basics
import ImageOps

extension DIMSEClient {
  /// The file of an instance (C-GET or C-MOVE): the data set as the archive sent it, and the start of the file as segsh writes it.
  package func file(study: String, series: String, instance: String) throws -> [UInt8] {
    let folder = try scratch()
    let isMoved = settings.movePort != nil
    let service = isMoved ? "C-MOVE" : "C-GET"
    let keys = Self.keys([(0x0008_0052, "IMAGE"), (0x0020_000D, study), (0x0020_000E, series), (0x0008_0018, instance)])
    let destination = settings.movePort.map { ["+xa", "-aem", settings.callingTitle, "+P", "\($0)"] } ?? []
    // movescu 3.6.7 writes into its working folder whatever -od says.
    let outcome = try run(
      isMoved ? .movescu : .getscu, ["-v", "-S", "+B", "-od", "."] + destination + keys, service: service, in: folder,
      most: ArchiveLimits.instance, count: 16)
    var others = false
    for name in folder.names {
      let bytes = try FileBytes.read("\(folder.path)/\(name)")
      guard let file = DICOMFileStart.replaced(in: bytes) else { continue }
      if outcome.status == 0, DICOMIdentity(of: file)?.instance == instance { return file }
      others = true
    }
    if others, outcome.status == 0 { throw ArchiveProblem.otherInstance(host) }
    throw problem(withoutFile: outcome, service)
  }

  /// Why nothing came.
  private func problem(withoutFile outcome: DCMTK.Outcome, _ service: String) -> ArchiveProblem {
    if let port = settings.movePort {
      if outcome.rest(after: "Received Final Move Response")?.contains("(Success)") == true { return .noObject(host) }
      return .serviceFailed(
        host, service,
        "check that it has the instance, and that it knows this machine as \(settings.callingTitle) with its address and port \(port)")
    }
    if outcome.rest(after: "Number of Failed Suboperations")?.hasSuffix(" 0") == false {
      return .serviceFailed(
        host, service,
        "it cannot send this image uncompressed; use dicomweb:, or set SEGSH_DIMSE_PORT to a port that the archive knows (C-MOVE)")
    }
    if outcome.contains("DIMSE status is") {
      return .serviceFailed(
        host, service, "it does not have the instance, or does not allow \(settings.callingTitle) to read it")
    }
    return .noObject(host)
  }

  package func store(_ file: [UInt8], _ identity: DICOMIdentity) throws -> StoredObject {
    let uids = [identity.storageClass, identity.transferSyntax, identity.instance, identity.study, identity.series]
    guard uids.allSatisfy(ArchiveAddress.isUID) else { return .refused(Self.invalidUID) }
    if let shortage = MemoryBudget.shortage(of: file.count) { throw ArchiveProblem.noMemory(shortage) }
    let folder = try scratch()
    do {
      try FileBytes.write(file, to: "\(folder.path)/object.dcm")
      try FileBytes.write(Array(Self.profile(of: identity).utf8), to: "\(folder.path)/profile.cfg")
    } catch { throw ArchiveProblem.noSpace }
    // With -d, the tool writes the status as a number.
    let outcome = try run(
      .storescu, ["-d", "-xf", "profile.cfg", "Object"], ["object.dcm"], service: Self.storing(identity), in: folder,
      most: file.count + 1 << 20, count: 8)
    guard let code = outcome.rest(after: "DIMSE Status").flatMap(Self.status) else {
      throw ArchiveProblem.badAnswer(host, "it does not say whether the file was stored")
    }
    switch code {
    case 0, Self.duplicate: return try isListed(identity) ? .stored : .unconfirmed
    case 0xB000...0xBFFF, 1, 0x0107, 0x0116: return .storedWithWarning(code)
    default: return .refused(code)
    }
  }

  private static let duplicate = 0x0111
  private static let invalidUID = 0x0117

  /// `                  : 0xa700: Refused: …` as a number.
  private static func status(_ text: Substring) -> Int? {
    text.firstRange(of: "0x").flatMap { Int(text[$0.upperBound...].prefix { $0.isHexDigit }, radix: 16) }
  }

  private static func storing(_ identity: DICOMIdentity) -> String {
    "to store this kind of object (SOP class \(identity.storageClass), transfer syntax \(identity.transferSyntax))"
  }

  /// What is proposed: the class of the object in the encoding of its file, so that nothing is converted, and the plain encodings for a plain file.
  private static func profile(of identity: DICOMIdentity) -> String {
    let (implicit, explicit) = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")
    let others =
      [implicit, explicit].contains(identity.transferSyntax) ? [explicit, implicit].filter { $0 != identity.transferSyntax } : []
    let syntaxes = [identity.transferSyntax] + others
    var lines = ["[[TransferSyntaxes]]"]
    for (index, syntax) in syntaxes.enumerated() { lines += ["[Syntax\(index)]", "TransferSyntax1 = \(syntax)"] }
    lines += ["[[PresentationContexts]]", "[Contexts]"]
    for index in syntaxes.indices { lines.append("PresentationContext\(index + 1) = \(identity.storageClass)\\Syntax\(index)") }
    return (lines + ["[[Profiles]]", "[Object]", "PresentationContexts = Contexts", ""]).joined(separator: "\n")
  }

  /// Whether the archive lists an instance that it reported as stored; false if it answers no queries.
  /// - Throws: `ArchiveProblem.notListed`, also after the pauses in which an archive may still file it.
  private func isListed(_ identity: DICOMIdentity) throws -> Bool {
    let keys: [(UInt32, String)] = [
      (0x0008_0052, "IMAGE"), (0x0020_000D, identity.study), (0x0020_000E, identity.series), (0x0008_0018, identity.instance),
    ]
    var pauses = settings.pauses[...]
    while true {
      let found: [ArchivedObject]
      do { found = try search(keys, most: 8) } catch let problem as ArchiveProblem {
        switch problem {
        case .noService, .serviceFailed: return false
        default: throw problem
        }
      }
      if found.contains(where: { $0.instance == identity.instance }) { return true }
      guard let pause = pauses.popFirst() else { throw ArchiveProblem.notListed(host) }
      try Cancellation.current.sleep(pause)
    }
  }
}
