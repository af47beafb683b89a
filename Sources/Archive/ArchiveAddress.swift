/// The address of a DICOM archive, or of a study, series or instance in it: `dicomweb:https://pacs.example.org/dicom-web/studies/1.2.3`.
///
/// `dicomweb:studies/1.2.3` lies in the archive that ``ArchiveSettings`` names, so that a script need not name it.
package struct ArchiveAddress: Hashable, Sendable, CustomStringConvertible {
  /// Scheme, host, port and path up to `/studies`, without a final slash; nil: the archive that the settings name.
  package let archive: String?
  package let study: String?
  package let series: String?
  package let instance: String?

  package static let prefix = "dicomweb:"

  /// Whether a text is meant as such an address.
  package static func isOne(_ text: String) -> Bool { text.hasPrefix(prefix) }

  package init(archive: String?, study: String? = nil, series: String? = nil, instance: String? = nil) {
    (self.archive, self.study, self.series, self.instance) = (archive, study, series, instance)
  }

  /// - Throws: `ArchiveProblem.badAddress`.
  package init(_ text: String) throws(ArchiveProblem) {
    func refuse(_ reason: String) -> ArchiveProblem { .badAddress(Self.withoutPassword(text), reason) }
    guard Self.isOne(text) else { throw refuse("it must start with dicomweb:") }
    let rest = text.dropFirst(Self.prefix.count)
    guard rest.utf8.count <= 2000 else { throw refuse("it is longer than 2000 characters") }
    guard rest.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw refuse("it must not contain blanks or letters beyond ASCII") }
    guard !rest.contains(where: { "?#\\\"<>^`{|}".contains($0) }) else { throw refuse("it must not contain a query, a fragment or `\\`") }
    let scheme = ["https://", "http://"].first { rest.lowercased().hasPrefix($0) }
    guard scheme != nil || !rest.contains("://") else { throw refuse("only https:// and http:// are supported") }
    let after = rest.dropFirst(scheme?.count ?? 0)
    let authority = scheme == nil ? "" : after.prefix { $0 != "/" }
    if scheme != nil {
      if authority.contains("@") {
        throw refuse("it must not contain a user or password; put them into ~/.netrc, or a token into SEGSH_DICOMWEB_TOKEN")
      }
      guard Self.isHost(authority) else { throw refuse("the host is missing or invalid") }
    }
    var parts = after.dropFirst(authority.count).split(separator: "/").map(String.init)
    guard !parts.contains(where: { $0 == "." || $0 == ".." }) else { throw refuse("its path must not contain `..`") }
    var levels: [String: String] = [:]
    if let start = parts.lastIndex(of: "studies") {
      var names = ["studies", "series", "instances"][...]
      var levelParts = parts[start...]
      while let name = levelParts.popFirst() {
        guard name == names.popFirst() else { throw refuse("after studies/UID only series/UID and instances/UID may follow") }
        guard let value = levelParts.popFirst() else { break }
        guard Self.isUID(value) else { throw refuse("`\(value)` is not a UID: digits and points, at most 64") }
        levels[name] = value
      }
      parts.removeSubrange(start...)
    } else if scheme == nil, !parts.isEmpty {
      throw refuse("a URL (https://…) or studies/UID is missing")
    }
    archive = scheme.map { ($0 + authority.lowercased() + "/" + parts.joined(separator: "/")).withoutFinalSlash }
    (study, series, instance) = (levels["studies"], levels["series"], levels["instances"])
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

  /// The text without what stands between `//` and `@`, for errors.
  private static func withoutPassword(_ text: String) -> String {
    guard let start = text.firstRange(of: "://")?.upperBound, let end = text[start...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
    else {
      return text
    }
    return text[..<start] + "…" + text[end...]
  }

  /// What follows the archive: `/studies/1.2.3/series/1.2.3.4`.
  package var path: String {
    [("studies", study), ("series", series), ("instances", instance)].compactMap { name, value in value.map { "/\(name)/\($0)" } }.joined()
  }

  /// As it is written in a line.
  package var description: String {
    guard let archive else { return Self.prefix + path.dropFirst() }
    return Self.prefix + archive + path
  }

  /// The same archive, and of it a series or an instance.
  package func with(study: String, series: String, instance: String) -> ArchiveAddress {
    ArchiveAddress(archive: archive, study: study, series: series, instance: instance)
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
  var isLoopback: Bool {
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
