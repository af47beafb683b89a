import Basics

/// One message of the Jupyter protocol, version 5.3, as its parts on the wire: identities, a delimiter, the signature, and four JSON texts.
struct KernelMessage {
  /// Who the message came from; an answer goes back to the same.
  var identities: [[UInt8]]
  var header: JSON
  var parent: JSON
  var content: JSON

  private static let delimiter = Array("<IDS|MSG>".utf8)
  private static let depthLimit = 64

  var kind: String { header["msg_type"]?.stringValue ?? "" }

  init(identities: [[UInt8]], header: JSON, parent: JSON, content: JSON) {
    (self.identities, self.header, self.parent, self.content) = (identities, header, parent, content)
  }

  /// Reads a message; nil for one that is malformed, or not signed with the key.
  init?(parts: [[UInt8]], key: [UInt8]) {
    guard let start = parts.firstIndex(of: Self.delimiter), parts.count >= start + 6 else { return nil }
    let signed = Array(parts[start + 2...start + 5])
    if !key.isEmpty, !HMAC.accepts(String(decoding: parts[start + 1], as: UTF8.self), of: signed, key: key) { return nil }
    let texts = signed.compactMap { try? JSON(parsing: $0, depthLimit: Self.depthLimit) }
    guard texts.count == 4, texts[0]["msg_type"]?.stringValue != nil else { return nil }
    self.init(identities: Array(parts[..<start]), header: texts[0], parent: texts[1], content: texts[3])
  }

  /// The parts to send.
  func parts(key: [UInt8]) -> [[UInt8]] {
    let texts = [header, parent, [:], content].map { Array($0.description.utf8) }
    let signature = key.isEmpty ? "" : HMAC.hexCode(of: texts, key: key)
    return identities + [Self.delimiter, Array(signature.utf8)] + texts
  }
}
