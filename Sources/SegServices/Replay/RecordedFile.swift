import Basics
import SegLang
import SegModel
import SegValues

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

  package var json: JSON {
    [
      "name": .string(name), "sha256": sha256.map { .string($0) } ?? .null, "bytes": .number(Double(byteCount)),
    ]
  }

  /// Nil for anything but a name, a digest and a size.
  package init?(_ json: JSON) {
    guard let name = json["name"]?.stringValue, !name.isEmpty, let bytes = json["bytes"]?.integerValue, bytes >= 0 else { return nil }
    let digest = json["sha256"]?.stringValue
    if let digest, !Self.isDigest(digest) { return nil }
    self.init(name: name, sha256: digest, byteCount: bytes)
  }

  package static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}

/// The files that a `load-cases` listed, as a recipe or a lock names them: exactly these make the cohort again.
public struct RecordedBatch: Sendable, Hashable {
  /// What the line says in place of a folder or pattern.
  public let name: String
  /// Positions among the inputs, from 0, in the order of the cases.
  public let members: [Int]

  package var json: JSON {
    ["name": .string(name), "members": .array(members.map { .number(Double($0 + 1)) })]
  }

  public init(name: String, members: [Int]) { (self.name, self.members) = (name, members) }

  /// Nil for anything but a name and numbers of inputs.
  package init?(_ json: JSON, inputs: Int) {
    guard let name = json["name"]?.stringValue, !name.isEmpty, let list = json["members"]?.arrayValue,
      case let numbers = list.compactMap(\.integerValue), numbers.count == list.count,
      numbers.allSatisfy({ (1...max(1, inputs)).contains($0) }),
      inputs > 0
    else { return nil }
    self.init(name: name, members: numbers.map { $0 - 1 })
  }
}

/// The files of a lineage, each once, in the order in which they were read.
package struct RecordedFiles {
  package private(set) var inputs: [RecordedFile] = []
  package private(set) var models: [RecordedFile] = []
  package private(set) var batches: [RecordedBatch] = []
  private var positions: [RecordedFile: Int] = [:]

  package mutating func add(_ step: Step, _ names: inout FileNames) {
    var members: [Int] = []
    for file in step.files where file.role == .input || file.role == .model {
      let record = RecordedFile(name: names.name(of: file), sha256: file.sha256, byteCount: file.byteCount)
      if file.role == .model {
        if !models.contains(record) { models.append(record) }
        continue
      }
      if positions[record] == nil {
        positions[record] = inputs.count
        inputs.append(record)
      }
      if !file.isArgument, let position = positions[record] { members.append(position) }
    }
    guard let name = names.batchName(of: step) else { return }
    let batch = RecordedBatch(name: name, members: members)
    if !batches.contains(batch) { batches.append(batch) }
  }
}

extension Services {
  /// Reads learned models in the versions that a recipe or lock names.
  package mutating func recall(_ models: [RecordedFile]) {
    self[RecordedModelsService.self] = Dictionary(models.compactMap { model in model.sha256.map { (model.name, $0) } }) { first, _ in first
    }
  }
}
