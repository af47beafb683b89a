import SegLang
import SegModel

/// A file that a run read, as a recipe or a lock names it.
public struct RecordedFile: Sendable, Hashable {
  /// As the lines name it, or a stand-in such as `input1.dcm` where the name may tell of a patient.
  public let name: String
  /// SHA-256, 64 lowercase hexadecimal digits; nil where it was not known.
  public let sha256: String?
  public let byteCount: Int

  public init(name: String, sha256: String?, byteCount: Int) {
    self.name = name
    self.sha256 = sha256
    self.byteCount = byteCount
  }

  var json: JSONValue {
    .object([
      ("name", .string(name)), ("sha256", sha256.map { .string($0) } ?? .null), ("bytes", .number(Double(byteCount))),
    ])
  }

  /// Nil for anything but a name, a digest and a size.
  init?(_ json: JSON) {
    guard let name = json["name"]?.stringValue, !name.isEmpty, let bytes = json["bytes"]?.integerValue, bytes >= 0 else { return nil }
    let digest = json["sha256"]?.stringValue
    if let digest, !Self.isDigest(digest) { return nil }
    self.init(name: name, sha256: digest, byteCount: bytes)
  }

  static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

/// Names for the files of a lineage: their own, or `input1.dcm` where a name may tell of a patient.
struct FileNames {
  private(set) var standIns: [String: String] = [:]
  /// Whether every name is replaced.
  let hidesAll: Bool

  init(hidesAll: Bool = false) { self.hidesAll = hidesAll }

  /// A text with the stand-ins in place of the names, whole or without their folders.
  func hidden(_ text: String) -> String {
    standIns.sorted { $0.key.count > $1.key.count }.reduce(text) { text, pair in
      text.replacing(pair.key, with: pair.value).replacing(Path(pair.key).name, with: pair.value)
    }
  }

  mutating func name(of file: StepFile) -> String {
    guard file.role == .input, hidesAll || file.mayNamePatient else { return file.name }
    if let known = standIns[file.name] { return known }
    let ending = Path(file.name).fileExtension.lowercased()
    // The ending of a name without one, such as 1.2.840.113619, is a part of the name.
    let shown = LoadCommand.extensions.contains(ending) ? ending : file.mayNamePatient ? "dcm" : ""
    let name = "input\(standIns.count + 1)" + (shown.isEmpty ? "" : "." + shown)
    standIns[file.name] = name
    return name
  }
}
