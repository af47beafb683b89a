import Basics

/// The name of a structure beyond lungs and opacity, such as `heart`: a label in annotation files, a class of a model, a property of a segmentation.
public struct StructureName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name: a letter a-z, then letters, digits and underscores, at most 40 characters.
  public let description: String

  /// The largest number of structures of one model.
  public static let limit = 8
  /// The heart's silhouette without the great vessels.
  public static let heart = StructureName(unchecked: "heart")

  /// What segmentations have besides structures, so that a structure cannot have these names.
  private static let reserved: Set<String> = [
    "width", "height", "size", "spacing", "image", "probability", "doubt", "corrections", "uncorrected", "structures", "images",
    "annotations",
    "ignore", "unclassified",
  ]

  /// Creates a name from a label, however it is spelled: "Pleural effusion" becomes `pleural_effusion`.
  /// - Throws: `StructureNameError`.
  public init(_ label: String) throws(StructureNameError) {
    let name = SegmentationChannel.word(of: label)
    if SegmentationChannel.layers(labeled: name) != nil { throw .isChannel(label) }
    if Self.reserved.contains(name) { throw .isReserved(label) }
    guard (1...40).contains(name.utf8.count), name.utf8.first.map({ (97...122).contains($0) }) ?? false,
      name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
    else { throw .invalid(label) }
    description = name
  }

  /// The name in messages, such as "pleural effusion".
  public var words: String { description.split(separator: "_").joined(separator: " ") }

  private init(unchecked name: String) { description = name }

  public static func < (first: StructureName, second: StructureName) -> Bool { first.description < second.description }

  /// Reads names separated by commas.
  /// - Throws: `StructureNameError`, also for a name that occurs twice, for none, and for more than ``limit``.
  public static func list(_ text: String) throws(StructureNameError) -> [StructureName] {
    var names: [StructureName] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = try StructureName(String(part).trimmed())
      if names.contains(name) { throw .twice(name) }
      names.append(name)
    }
    guard names.count <= limit else { throw .tooMany(names.count) }
    return names
  }
}

/// An error in the name of a structure.
public enum StructureNameError: Error, Equatable, CustomStringConvertible {
  /// The text is no name.
  case invalid(String)
  /// The name means a lung or opacity.
  case isChannel(String)
  /// The name means something else in segmentations or data folders.
  case isReserved(String)
  /// The name occurs twice.
  case twice(StructureName)
  /// More names than a model can have.
  case tooMany(Int)

  /// The reason and a way out, as an English clause.
  public var description: String {
    switch self {
    case .invalid(let text):
      "`\(text)` cannot name a structure; use a letter followed by letters, digits and underscores, at most 40, such as pleural_effusion"
    case .isChannel(let text): "`\(text)` means lungs or opacity, which the segmentation model already has; name another structure"
    case .isReserved(let text): "`\(text)` has another meaning in segsh; choose another name for the structure"
    case .twice(let name): "the structure `\(name)` is named twice"
    case .tooMany(let count): "a model can have at most \(StructureName.limit) structures, but \(count) are named"
    }
  }
}
