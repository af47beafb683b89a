/// The address of a DICOM archive, or of a study, series or instance in it: `dicomweb:https://pacs.example.org/dicom-web/studies/1.2.3` by DICOMweb,
/// `dimse:PACS@pacs.example.org:11112/studies/1.2.3` by DIMSE.
///
/// `dicomweb:studies/1.2.3` lies in the archive that ``ArchiveSettings`` names, so that a script need not name it.
package struct ArchiveAddress: Hashable, Sendable, CustomStringConvertible {
  /// How an archive is reached.
  package enum Kind: String, CaseIterable, Sendable {
    /// HTTP (PS3.18).
    case dicomweb
    /// Messages over TCP (PS3.7): C-STORE, C-FIND, C-GET, C-MOVE.
    case dimse

    package var prefix: String { rawValue + ":" }
  }

  package let kind: Kind
  /// DICOMweb: scheme, host, port and path up to `/studies`, without a final slash. DIMSE: `AETITLE@host:port`. Nil: the archive that the settings
  /// name.
  package let archive: String?
  package let study: String?
  package let series: String?
  package let instance: String?

  /// Whether a text is meant as such an address.
  package static func isOne(_ text: String) -> Bool { Kind.allCases.contains { text.hasPrefix($0.prefix) } }

  package init(_ kind: Kind, archive: String?, study: String? = nil, series: String? = nil, instance: String? = nil) {
    (self.kind, self.archive, self.study, self.series, self.instance) = (kind, archive, study, series, instance)
  }

  /// - Throws: `ArchiveProblem.badAddress`.
  package init(_ text: String) throws(ArchiveProblem) {
    func refuse(_ reason: String) -> ArchiveProblem { .badAddress(Self.withoutPassword(text), reason) }
    guard let kind = Kind.allCases.first(where: { text.hasPrefix($0.prefix) }) else {
      throw refuse("it must start with dicomweb: or dimse:")
    }
    let rest = text.dropFirst(kind.prefix.count)
    guard rest.utf8.count <= 2000 else { throw refuse("it is longer than 2000 characters") }
    guard rest.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw refuse("it must not contain blanks or letters beyond ASCII") }
    guard !rest.contains(where: { "?#\\\"<>^`{|}".contains($0) }) else { throw refuse("it must not contain a query, a fragment or `\\`") }
    let start: (text: String, isStated: Bool, rest: Substring)
    do throws(Refusal) { start = try kind == .dicomweb ? Self.webStart(rest) : Self.dimseStart(rest) } catch { throw refuse(error.reason) }
    var parts = start.rest.split(separator: "/").map(String.init)
    guard !parts.contains(where: { $0 == "." || $0 == ".." }) else { throw refuse("its path must not contain `..`") }
    var levels: [String: String] = [:]
    if let first = parts.lastIndex(of: "studies") {
      var names = ["studies", "series", "instances"][...]
      var levelParts = parts[first...]
      while let name = levelParts.popFirst() {
        guard name == names.popFirst() else { throw refuse("after studies/UID only series/UID and instances/UID may follow") }
        guard let value = levelParts.popFirst() else { break }
        guard Self.isUID(value) else { throw refuse("`\(value)` is not a UID: digits and points, at most 64") }
        levels[name] = value
      }
      parts.removeSubrange(first...)
    }
    if !parts.isEmpty {
      guard start.isStated else {
        throw refuse(kind == .dicomweb ? "a URL (https://…) or studies/UID is missing" : "AETITLE@host:port or studies/UID is missing")
      }
      guard kind == .dicomweb else { throw refuse("after the port only studies/UID may follow") }
    }
    self.kind = kind
    archive = start.isStated ? (start.text + "/" + parts.joined(separator: "/")).withoutFinalSlash : nil
    (study, series, instance) = (levels["studies"], levels["series"], levels["instances"])
  }

  private struct Refusal: Error {
    let reason: String
  }

  private typealias Start = (text: String, isStated: Bool, rest: Substring)

  /// Scheme and host, and what follows them.
  private static func webStart(_ text: Substring) throws(Refusal) -> Start {
    guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else {
      guard !text.contains("://") else { throw Refusal(reason: "only https:// and http:// are supported") }
      return ("", false, text)
    }
    let after = text.dropFirst(scheme.count)
    let authority = after.prefix { $0 != "/" }
    if authority.contains("@") {
      throw Refusal(reason: "it must not contain a user or password; put them into ~/.netrc, or a token into SEGSH_DICOMWEB_TOKEN")
    }
    guard isHost(authority) else { throw Refusal(reason: "the host is missing or invalid") }
    return (scheme + authority.lowercased(), true, after.dropFirst(authority.count))
  }

  /// AE title, host and port, and what follows them.
  private static func dimseStart(_ text: Substring) throws(Refusal) -> Start {
    let first = text.prefix { $0 != "/" }
    guard let at = first.lastIndex(of: "@") else {
      guard !first.contains(":") else { throw Refusal(reason: "the AE title of the archive is missing: dimse:AETITLE@host:port") }
      return ("", false, text)
    }
    guard isTitle(String(first[..<at])) else {
      throw Refusal(reason: "the AE title before @ must have 1 to 16 letters, digits, `_`, `-` or `.`, and no password")
    }
    let place = first[first.index(after: at)...]
    // DCMTK takes no address of version 6, and a name that starts with a hyphen for an option.
    guard place.first != "[", place.first != "-", isHost(place) else { throw Refusal(reason: "the host is missing or invalid") }
    guard place.contains(":") else { throw Refusal(reason: "the port is missing: dimse:AETITLE@host:port") }
    return (first[..<at] + "@" + place.lowercased(), true, text.dropFirst(first.count))
  }

  /// Whether a text is an AE title (PS3.5, 6.2) that can be written in an address.
  static func isTitle(_ text: String) -> Bool {
    (1...16).contains(text.utf8.count) && text.first != "-"
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
  }

  /// A host with an optional port, or an address of version 6 in brackets.
  private static func isHost(_ text: Substring) -> Bool {
    var host = text
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return false }
      host = text[text.index(after: text.startIndex)..<end]
      guard !host.isEmpty, host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return false }
      return isPort(text[text.index(after: end)...])
    }
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    host = text[..<colon]
    return !host.isEmpty && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) } && isPort(text[colon...])
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty || text.first == ":" && UInt16(text.dropFirst()).map { $0 > 0 } ?? false
  }

  /// Whether a text is a UID (PS3.5, 9.1), leading zeros allowed.
  package static func isUID(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 } && text.first != "."
      && text.last != "."
  }

  /// The text without what stands between `//` or the prefix and `@`, unless that is an AE title alone; for errors.
  private static func withoutPassword(_ text: String) -> String {
    let start =
      text.firstRange(of: "://")?.upperBound
      ?? Kind.allCases.first { text.hasPrefix($0.prefix) }.map {
        text.index(text.startIndex, offsetBy: $0.prefix.count)
      }
    guard let start, let end = text[start...].prefix(while: { $0 != "/" }).lastIndex(of: "@") else { return text }
    if text.hasPrefix(Kind.dimse.prefix), isTitle(String(text[start..<end])) { return text }
    return text[..<start] + "…" + text[end...]
  }

  /// What follows the archive: `/studies/1.2.3/series/1.2.3.4`.
  package var path: String {
    [("studies", study), ("series", series), ("instances", instance)].compactMap { name, value in value.map { "/\(name)/\($0)" } }.joined()
  }

  /// As it is written in a line.
  package var description: String {
    guard let archive else { return kind.prefix + path.dropFirst() }
    return kind.prefix + archive + path
  }

  /// The archive as a whole.
  package var root: ArchiveAddress { ArchiveAddress(kind, archive: archive) }

  /// The same archive, and of it a study, series or instance.
  package func with(study: String, series: String?, instance: String?) -> ArchiveAddress {
    ArchiveAddress(kind, archive: archive, study: study, series: series, instance: instance)
  }
}

/// Scheme, host and port of a URL: what a password or token is for.
struct ArchiveOrigin: Hashable {
  let scheme: String
  let host: String
  let port: Int

  /// Nil for anything but an http or https URL without a user.
  init?(_ url: String) {
    let lower = url.lowercased()
    guard let scheme = ["https", "http"].first(where: { lower.hasPrefix($0 + "://") }) else { return nil }
    let authority = lower.dropFirst(scheme.count + 3).prefix { !"/?#".contains($0) }
    guard !authority.isEmpty, !authority.contains("@"), !authority.contains("\\") else { return nil }
    let standard = scheme == "https" ? 443 : 80
    let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
    if let colon = authority[bracket...].lastIndex(of: ":") {
      guard let port = Int(authority[authority.index(after: colon)...]) else { return nil }
      (self.scheme, host, self.port) = (scheme, String(authority[..<colon]), port)
    } else {
      (self.scheme, host, port) = (scheme, String(authority), standard)
    }
  }

  /// Whether it is this machine, so that nothing leaves it.
  var isLoopback: Bool { Self.isLoopback(host) }

  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

extension String {
  fileprivate var withoutFinalSlash: String {
    var text = self[...]
    while text.last == "/" { text.removeLast() }
    return String(text)
  }
}
