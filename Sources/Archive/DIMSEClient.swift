import Basics
import ImageOps
internal import Platform

/// Reads from and writes to a DICOM archive by DIMSE messages (PS3.4, PS3.7), through the programs of DCMTK.
///
/// Instances come by C-GET, over the connection that this machine opens, or by C-MOVE if the settings name a port on which the archive may call
/// back. An association that is refused for now, or a connection that fails, is tried again with growing pauses. That is safe for storing too, since
/// an archive stores an instance once.
package final class DIMSEClient: ArchiveClient {
  /// The first program that is missing; nil: all are installed.
  package static var missingProgram: String? { DCMTK.missing }

  package let root: ArchiveAddress
  package let host: String
  let settings: ArchiveSettings
  private let title: String
  private let peer: (host: String, port: String)

  /// - Throws: `ArchiveProblem`.
  package init(_ address: ArchiveAddress, settings: ArchiveSettings) throws(ArchiveProblem) {
    guard let archive = address.archive ?? settings.dimseArchive else { throw .noArchive(.dimse) }
    // As the address was checked: AETITLE@host:port.
    let parts = archive.split(separator: "@", maxSplits: 1)
    let place = parts.last?.split(separator: ":", maxSplits: 1) ?? []
    guard parts.count == 2, place.count == 2 else { throw .badAddress("\(address)", "it must be dimse:AETITLE@host:port") }
    if let program = Self.missingProgram { throw .noProgram(program) }
    (root, self.settings) = (address.root, settings)
    (title, peer, host) = (String(parts[0]), (String(place[0]), String(place[1])), String(parts[1]))
  }

  package var warning: String? {
    ArchiveOrigin.isLoopback(peer.host)
      ? nil
      : "the connection to \(host) is not encrypted and has no password: images can be read on the way; use dicomweb:https://… for that"
  }

  // MARK: Running

  /// Runs a tool, again as long as that may help.
  ///
  /// - Parameters:
  ///   - options: Between the options that all tools have and the address of the archive.
  ///   - files: After the address.
  ///   - service: As it is named in messages.
  /// - Throws: `ArchiveProblem` if there was no association, or if it was lost; `CancellationError`.
  func run(
    _ tool: DCMTK.Tool, _ options: [String], _ files: [String] = [], service: String, in folder: ScratchFolder, most: Int, count: Int
  ) throws -> DCMTK.Outcome {
    let idle = "\(settings.idleSeconds)"
    let common = ["-aet", settings.callingTitle, "-aec", title, "-to", "\(min(15, settings.idleSeconds))", "-ta", idle, "-td", idle]
    func once(_ tool: DCMTK.Tool, _ options: [String], _ files: [String]) throws -> DCMTK.Outcome {
      do {
        return try DCMTK.run(
          tool, common + options + [peer.host, peer.port] + files, in: folder, seconds: Self.longest, most: most, count: count)
      } catch DIMSEFailure.tooMuch { throw ArchiveProblem.tooLarge(host, limit: most) } catch DIMSEFailure.tooSlow {
        throw ArchiveProblem.timedOut(host, seconds: Int(Self.longest))
      }
    }
    var pauses = settings.pauses[...]
    while true {
      try Cancellation.current.check()
      var outcome = try once(tool, options, files)
      if outcome.contains("Association Rejected"), outcome.rest(after: "Reason: ") == nil {
        // getscu does not say why; C-ECHO does, unless it is let in.
        outcome = try once(.echoscu, ["-v"], [])
        if outcome.status == 0 { throw ArchiveProblem.noService(host, service) }
      }
      guard let (problem, mayPass) = problem(in: outcome, service) else { return outcome }
      guard mayPass, let pause = pauses.popFirst() else { throw problem }
      try Cancellation.current.sleep(pause)
    }
  }

  /// Longest time of one process, in seconds.
  private static let longest = 3600.0

  /// Why nothing was exchanged; nil: something was. What a tool writes decides, since most end with the same status.
  private func problem(in outcome: DCMTK.Outcome, _ service: String) -> (ArchiveProblem, mayPass: Bool)? {
    if outcome.status == 127 || outcome.status == 126 { return (.noProgram("DCMTK"), false) }
    if outcome.contains("Association Rejected") {
      switch outcome.rest(after: "Reason: ").map(String.init) ?? "" {
      case "Called AE Title Not Recognized": return (.rejected(host, "it does not go by the AE title \(title)"), false)
      case "Calling AE Title Not Recognized":
        return (
          .rejected(
            host, "it does not know this machine as \(settings.callingTitle); have this AE title registered, or set SEGSH_DIMSE_AET"), false
        )
      case "Temporary Congestion", "Local Limit Exceeded": return (.rejected(host, "it has too many connections"), true)
      default: return (.rejected(host, "it states no reason that can be acted on; ask its administrator"), false)
      }
    }
    for text in ["No Acceptable Presentation Contexts", "No adequate Presentation Contexts", "No presentation context for"]
    where outcome.contains(text) {
      return (.noService(host, service), false)
    }
    if outcome.contains("unknown host") { return (.unreachable(host, "there is no host of this name, or no network"), false) }
    if outcome.contains("Connection refused") {
      return (.unreachable(host, "nothing answers at this address; check that the archive runs, and the port"), true)
    }
    // Of connecting, associating and messages, in this order.
    for text in ["timed out", "read timeout", "timeout in non-blocking mode"]
    where outcome.contains(text) {
      return (.timedOut(host, seconds: settings.idleSeconds), false)
    }
    if outcome.contains("Unrecognized PDU type") { return (.badAnswer(host, "it does not speak DICOM at this port"), false) }
    if outcome.contains("Address already in use") || outcome.contains("Permission denied") {
      return (.badSetting("SEGSH_DIMSE_PORT", "the port is in use, or needs more rights"), false)
    }
    if outcome.contains("TCP Initialization Error") { return (.unreachable(host, "no connection came about"), true) }
    for text in [
      "Association Request Failed", "Could not negotiate association", "Peer aborted Association", "Peer Aborted Association", "DUL Peer",
      "DUL network closed",
      "TCP I/O Error",
    ]
    where outcome.contains(text) {
      return (.unreachable(host, "the connection ended before the answer was complete"), true)
    }
    return nil
  }

  /// A private folder for one run.
  func scratch() throws(ArchiveProblem) -> ScratchFolder {
    guard let folder = ScratchFolder(named: "segsh-archive") else { throw .noSpace }
    return folder
  }
}
