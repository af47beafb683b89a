import Basics
import ImageOps

/// Lungs, opacity and structures from an annotation file; nil for a layer that was not annotated.
public struct Annotation: Sendable, Equatable {
  /// The size of the image in pixels.
  public let size: Size
  /// The patient's right lung.
  public var rightLung: Mask?
  /// The patient's left lung.
  public var leftLung: Mask?
  /// The opacity, which may extend beyond the lungs; empty if it is known to be absent.
  public var opacity: Mask?
  /// The structures that were annotated; an empty mask for one that is known to be absent.
  public var structures: [StructureName: Mask] = [:]
  /// What of the file was ignored or changed.
  public var remarks = Remarks()

  /// Notes on what of a file was ignored, was changed, or needs a review.
  public struct Remarks: Sendable, Equatable {
    /// Unknown labels, each once, in the order of the file.
    public var unknownLabels: [String] = []
    /// The number of shapes with each unknown label.
    public var unknownShapes: [String: Int] = [:]
    /// The number of shapes that extended beyond the image and were clipped.
    public var clipped = 0
    /// The number of shapes that are not regions: points, lines, polygons of fewer than three points, annotations without an outline.
    public var notRegions = 0
    /// The number of regions that cover no pixel: they lie outside the image, or between pixel centers.
    public var withoutPixels = 0
    /// The number of regions marked as crowds; they are used like others.
    public var crowds = 0
    /// The number of annotations of other images of the file.
    public var ofOtherImages = 0
    /// The number of annotations of images that the file does not list.
    public var ofUnlistedImages = 0
    /// Unknown flags that are set in the file.
    public var unknownFlags: [String] = []
    /// The number of frames whose segment the file does not describe.
    public var undescribedFrames = 0
    /// Whether regions were made from fractions; at least half counts as inside.
    public var isFractional = false
    /// The image that the file names, unless it contains the image.
    public var imageName: String?
    /// The SOP Instance UIDs that the file refers to.
    public var instances: [String] = []
    /// What reading the pixels of a label image decided or ignored.
    public var reading: [ReadingRemark] = []
    /// Creates empty notes.
    public init() {}

    mutating func add(unknownLabel label: String) {
      if unknownShapes[label] == nil { unknownLabels.append(label) }
      unknownShapes[label, default: 0] += 1
    }

    /// Notes a region that has no pixel or was clipped.
    /// - Returns: whether it has pixels.
    mutating func use(_ mask: Mask, isClipped: Bool) -> Bool {
      if mask.isEmpty { withoutPixels += 1 } else if isClipped { clipped += 1 }
      return !mask.isEmpty
    }
  }

  /// Creates an annotation; nil for a layer that was not annotated. Masks must have the given size.
  public init(
    size: Size, rightLung: Mask? = nil, leftLung: Mask? = nil, opacity: Mask? = nil, structures: [StructureName: Mask] = [:]
  ) {
    (self.size, self.rightLung, self.leftLung, self.opacity) = (size, rightLung, leftLung, opacity)
    self.structures = structures
  }

  /// The layers that were annotated: lungs, opacity, then structures by name.
  public var layers: [SegmentationLayer] {
    SegmentationChannel.allCases.filter { self[$0] != nil }.map(SegmentationLayer.channel)
      + structures.keys.sorted().map(SegmentationLayer.structure)
  }

  /// The mask of a layer; nil if it was not annotated.
  public subscript(layer: SegmentationChannel) -> Mask? {
    get {
      switch layer {
      case .rightLung: rightLung
      case .leftLung: leftLung
      case .opacity: opacity
      }
    }
    set {
      switch layer {
      case .rightLung: rightLung = newValue
      case .leftLung: leftLung = newValue
      case .opacity: opacity = newValue
      }
    }
  }

  /// The mask of a layer; nil if it was not annotated.
  public subscript(layer: SegmentationLayer) -> Mask? {
    get {
      switch layer {
      case .channel(let channel): self[channel]
      case .structure(let name): structures[name]
      }
    }
    set {
      switch layer {
      case .channel(let channel): self[channel] = newValue
      case .structure(let name): structures[name] = newValue
      }
    }
  }

  /// Adds a shape to a layer.
  mutating func add(_ shape: Mask, to layer: SegmentationLayer) throws {
    self[layer] = try self[layer].map { try $0.union(shape) } ?? shape
  }

  /// The lungs as a label image; a pixel in both belongs to the right lung.
  public var lungs: LabelImage {
    var labels = [UInt32](repeating: 0, count: size.count)
    for (mask, label) in [(leftLung, LabelImage.leftLung), (rightLung, LabelImage.rightLung)] {
      guard let mask else { continue }
      for row in 0..<size.height { for column in 0..<size.width where mask[row, column] { labels[row * size.width + column] = label } }
    }
    return LabelImage(size: size, labels: labels, names: LabelImage.lungNames)
  }
}

extension SegmentationChannel {
  /// The label in annotation files, such as `right_lung`.
  public var label: String {
    switch self {
    case .rightLung: "right_lung"
    case .leftLung: "left_lung"
    case .opacity: "opacity"
    }
  }

  /// The layers that a label of a file stands for, however it is spelled; both lungs for "lungs", nil for a label that means none of them.
  public static func layers(labeled label: String) -> [SegmentationLayer]? {
    switch word(of: label) {
    case "right_lung", "lung_right", "right": return [.rightLung]
    case "left_lung", "lung_left", "left": return [.leftLung]
    case "lungs", "lung", "both_lungs": return [.rightLung, .leftLung]
    case "opacity", "opacities", "ground_glass", "ground_glass_opacity", "ggo", "consolidation", "haziness": return [.opacity]
    default: return nil
    }
  }

  /// A label in lowercase with underscores.
  static func word(of label: String) -> String { String(label.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 }) }

  /// The labels that segsh writes to annotation files.
  public static var labels: [String] { allCases.map(\.label) }
}

/// What the labels of a file stand for: the known ones, and those that a caller states.
public struct LabelMapping: Sendable, Equatable {
  /// Which of the other labels are structures.
  public enum Structures: Sendable, Equatable {
    case none
    /// Every label that can name a structure.
    case all
    /// These alone.
    case named(Set<StructureName>)
  }

  /// Layers by label in lowercase with underscores; none for a label that is left out.
  private let stated: [String: [SegmentationLayer]]
  private let structures: Structures
  /// Whether the caller states what some labels mean.
  var statesLabels: Bool { !stated.isEmpty }

  /// Lungs and opacity alone.
  public static let standard = LabelMapping([:])

  /// Creates a mapping that precedes the known labels.
  /// - Parameters:
  ///   - stated: The layers of each label, however it is spelled; empty for a label that is to be ignored.
  ///   - structures: Which labels that mean neither lungs nor opacity are structures.
  public init(_ stated: [String: [SegmentationLayer]], structures: Structures = .none) {
    self.stated = Dictionary(stated.map { (SegmentationChannel.word(of: $0), $1) }) { first, _ in first }
    self.structures = structures
  }

  /// The layers of a label; nil for one that is not known.
  func layers(labeled label: String) -> [SegmentationLayer]? {
    if let layers = certainLayers(labeled: label) { return layers }
    guard structures != .none, let name = try? StructureName(label) else { return nil }
    if case .named(let names) = structures, !names.contains(name) { return nil }
    return [.structure(name)]
  }

  /// As ``layers(labeled:)``, but nil for a label that is a structure only because every label is.
  func certainLayers(labeled label: String) -> [SegmentationLayer]? {
    stated[SegmentationChannel.word(of: label)] ?? SegmentationChannel.layers(labeled: label)
  }
}

extension Annotation {
  /// Adds a shape with a label of a file; one of both lungs is split later.
  mutating func add(_ shape: Mask, labeled label: String, _ labels: LabelMapping, _ bothLungs: inout Mask?) throws {
    guard let layers = labels.layers(labeled: label) else { return remarks.add(unknownLabel: label) }
    if layers.count == 2 {
      bothLungs = try bothLungs.map { try $0.union(shape) } ?? shape
    } else if let layer = layers.first {
      try add(shape, to: layer)
    }
  }

  /// Parts a mask of both lungs into right and left.
  mutating func split(_ bothLungs: Mask?) throws {
    guard let bothLungs else { return }
    let lungs = try bothLungs.splitIntoLungs()
    for (layer, label) in [(SegmentationLayer.rightLung, LabelImage.rightLung), (.leftLung, LabelImage.leftLung)] {
      let mask = lungs.mask(of: label)
      if !mask.isEmpty { try add(mask, to: layer) }
    }
  }
}

/// An error in an annotation file.
public enum AnnotationError: Error, Equatable {
  /// The file is neither LabelMe JSON, COCO JSON, a label image nor a DICOM segmentation.
  case unknownForm
  /// The JSON text is invalid.
  case json(JSONError)
  /// A member of the file is invalid; the text says how.
  case damaged(String)
  /// The file annotates an image of another size than the X-ray.
  case sizeDiffers(file: Size, image: Size)
  /// The file annotates several images, none of which has the X-ray's name.
  case noSuchImage(String?, names: [String])
  /// The file annotates several images that match the X-ray's path equally well.
  case ambiguousImage(String, names: [String])
  /// The file does not state the size of its image.
  case noSize
  /// No label is known, or no shape is a region.
  case nothingKnown(Annotation.Remarks)
  /// The file is a DICOM structured report, which holds values and no regions.
  case structuredReport
  /// The file holds boxes and no regions (Pascal VOC).
  case boxesOnly
  /// A label image has this many labels, more than can be written as named regions.
  case tooManyLabels(Int)
  /// Every mask is empty, and the format has no file without regions.
  case nothingToWrite
  /// The format cannot hold the regions; the text says why.
  case notRepresentable(String)
  /// The file has more bytes than the limit.
  case tooLarge(Int, limit: Int)
}

extension AnnotationError {
  /// Says of damage where in the file it is.
  static func within<Result>(_ place: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch AnnotationError.damaged(let what) { throw AnnotationError.damaged("\(place): \(what)") }
  }
}

extension AnnotationError: CustomStringConvertible {
  /// The error as an English clause, with a way out where there is one.
  public var description: String {
    switch self {
    case .unknownForm:
      "the file is not LabelMe JSON, COCO JSON, GeoJSON, a label image, a DICOM segmentation or a presentation state"
    case .json(let error): "\(error)"
    case .damaged(let what): what
    case .sizeDiffers(let file, let picture): "it annotates an image of \(file), but the X-ray is \(picture)"
    case .noSuchImage(let name, let names):
      "it annotates \(names.count) images, \(name.map { "but not `\($0)`" } ?? "and the X-ray has no file name to select one");"
        + " it has \(Self.listed(names))"
    case .ambiguousImage(let name, let names):
      "\(names.count) of its images match `\(name)`: \(Self.listed(names)); load the X-ray by a path whose folders identify it"
    case .noSize: "it does not state the size of its image"
    case .nothingKnown(let remarks): Self.nothingKnown(remarks)
    case .structuredReport: "it is a structured report, which holds values instead of regions; read it with `load-table`"
    case .boxesOnly: "it is a Pascal VOC file, which holds boxes instead of regions"
    case .tooManyLabels(let count):
      "the label image has \(count) labels; at most \(LabeledMasks.limit) can be written as named regions. Save it as .png or .nii.gz"
    case .nothingToWrite: "there is no region to write"
    case .notRepresentable(let reason): reason
    case .tooLarge(let count, let limit): "the file has \(count) bytes; an annotation file can have at most \(limit)"
    }
  }
  private static func listed(_ names: [String]) -> String { names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "") }

  private static func nothingKnown(_ remarks: Annotation.Remarks) -> String {
    if !remarks.unknownLabels.isEmpty {
      return "it has only unknown labels (\(listed(remarks.unknownLabels))); use right_lung, left_lung or opacity"
    }
    var parts: [String] = []
    func add(_ count: Int, _ one: String, _ many: String) {
      if count > 0 { parts.append(count == 1 ? "1 \(one)" : "\(count) \(many)") }
    }
    add(
      remarks.notRegions, "shape is not a region (a point, a line, or a polygon of two points)",
      "shapes are not regions (points, lines, or polygons of two points)")
    add(remarks.withoutPixels, "region covers no pixel", "regions cover no pixel")
    add(remarks.ofOtherImages, "annotation belongs to another image", "annotations belong to other images")
    return "it has no regions for this X-ray" + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }
}
