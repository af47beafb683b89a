import Basics
internal import Platform

/// How archives are reached: from environment variables, so that neither a script nor a history has to hold it.
package struct ArchiveSettings: Sendable {
  /// The archive of addresses without one (`SEGSH_DICOMWEB_URL`); nil: none.
  package var archive: String?
  /// Sent to the origin of ``archive`` alone (`SEGSH_DICOMWEB_TOKEN`); nil: none.
  package var token: String?
  /// The file of names and passwords by host (`NETRC`, else `~/.netrc`); nil: none.
  package var netrc: String?
  /// A file of certificates in PEM form that are trusted instead of the system's (`SEGSH_DICOMWEB_CA`); nil: the system's.
  package var certificates: String?
  /// Longest time in which an archive sends and takes nothing, in seconds (`SEGSH_DICOMWEB_TIMEOUT`).
  package var idleSeconds = 60
  /// Pauses before a request is sent again, in seconds; one for each time.
  package var pauses = [0.5, 1, 2]

  package init() {}

  /// - Throws: `ArchiveProblem.badSetting`.
  package static func ofEnvironment() throws(ArchiveProblem) -> ArchiveSettings {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }
    var settings = ArchiveSettings()
    if let url = variable("SEGSH_DICOMWEB_URL") {
      let address: ArchiveAddress
      do { address = try ArchiveAddress(ArchiveAddress.isOne(url) ? url : ArchiveAddress.prefix + url) } catch {
        guard case .badAddress(_, let reason) = error else { throw error }
        throw .badSetting("SEGSH_DICOMWEB_URL", reason)
      }
      guard address.archive != nil, address.study == nil else {
        throw .badSetting("SEGSH_DICOMWEB_URL", "it must be the URL of an archive")
      }
      settings.archive = address.archive
    }
    if let token = variable("SEGSH_DICOMWEB_TOKEN") {
      guard token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), token.utf8.count <= 16_384 else {
        throw .badSetting("SEGSH_DICOMWEB_TOKEN", "a token has no blanks and no line breaks")
      }
      guard settings.archive != nil else {
        throw .badSetting("SEGSH_DICOMWEB_TOKEN", "SEGSH_DICOMWEB_URL must name the archive that the token is for; no other receives it")
      }
      settings.token = token
    }
    let netrc = variable("NETRC") ?? HomeFolder.path.map { $0 + "/.netrc" }
    settings.netrc = netrc.flatMap { access($0, R_OK) == 0 ? $0 : nil }
    settings.certificates = variable("SEGSH_DICOMWEB_CA")
    if let text = variable("SEGSH_DICOMWEB_TIMEOUT") {
      guard let seconds = Int(text), (1...3600).contains(seconds) else {
        throw .badSetting("SEGSH_DICOMWEB_TIMEOUT", "it must be 1 to 3600 seconds")
      }
      settings.idleSeconds = seconds
    }
    return settings
  }
}
