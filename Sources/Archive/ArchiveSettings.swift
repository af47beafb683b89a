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
  /// Archive of `dimse:` addresses without a host, as `AETITLE@host:port` (`SEGSH_DIMSE_ARCHIVE`); nil if not set.
  package var dimseArchive: String?
  /// The AE title of this machine (`SEGSH_DIMSE_AET`).
  package var callingTitle = "SEGSH"
  /// The port on which objects are received, which the archive has to know (`SEGSH_DIMSE_PORT`); nil: they are retrieved by C-GET, without a port.
  package var movePort: UInt16?
  /// Longest time in which an archive sends and takes nothing, in seconds (`SEGSH_ARCHIVE_TIMEOUT`).
  package var idleSeconds = 60
  /// Pauses before a request is sent again, in seconds; one for each time.
  package var pauses = [0.5, 1, 2]

  package init() {}

  /// - Throws: `ArchiveProblem.badSetting`.
  package static func ofEnvironment() throws(ArchiveProblem) -> ArchiveSettings {
    var settings = ArchiveSettings()
    settings.archive = try archive(.dicomweb, "SEGSH_DICOMWEB_URL", "it must be the URL of an archive")
    settings.dimseArchive = try archive(.dimse, "SEGSH_DIMSE_ARCHIVE", "it must be the address of an archive, as AETITLE@host:port")
    if let title = Environment.stated("SEGSH_DIMSE_AET") {
      guard ArchiveAddress.isTitle(title) else {
        throw .badSetting("SEGSH_DIMSE_AET", "an AE title has 1 to 16 letters, digits, `_`, `-` or `.`")
      }
      settings.callingTitle = title
    }
    if let text = Environment.stated("SEGSH_DIMSE_PORT") {
      guard let port = UInt16(text), port > 0 else { throw .badSetting("SEGSH_DIMSE_PORT", "it must be a port, 1 to 65535") }
      settings.movePort = port
    }
    if let token = Environment.stated("SEGSH_DICOMWEB_TOKEN") {
      guard token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), token.utf8.count <= 16_384 else {
        throw .badSetting("SEGSH_DICOMWEB_TOKEN", "a token has no blanks and no line breaks")
      }
      guard settings.archive != nil else {
        throw .badSetting("SEGSH_DICOMWEB_TOKEN", "SEGSH_DICOMWEB_URL must name the archive that the token is for; no other receives it")
      }
      settings.token = token
    }
    let netrc = Environment.stated("NETRC") ?? HomeFolder.path.map { $0 + "/.netrc" }
    settings.netrc = netrc.flatMap { access($0, R_OK) == 0 ? $0 : nil }
    settings.certificates = Environment.stated("SEGSH_DICOMWEB_CA")
    if let text = Environment.stated("SEGSH_ARCHIVE_TIMEOUT") {
      guard let seconds = Int(text), (1...3600).contains(seconds) else {
        throw .badSetting("SEGSH_ARCHIVE_TIMEOUT", "it must be 1 to 3600 seconds")
      }
      settings.idleSeconds = seconds
    }
    return settings
  }

  private static func archive(_ kind: ArchiveAddress.Kind, _ name: String, _ form: String) throws(ArchiveProblem) -> String? {
    guard let text = Environment.stated(name) else { return nil }
    let address: ArchiveAddress
    do { address = try ArchiveAddress(text.hasPrefix(kind.prefix) ? text : kind.prefix + text) } catch {
      guard case .badAddress(_, let reason) = error else { throw error }
      throw .badSetting(name, reason)
    }
    guard let archive = address.archive, address.study == nil else { throw .badSetting(name, form) }
    return archive
  }
}
