import ImageOps

/// Lungs and opacity as a file of annotations holds them; nil for what was not drawn.
public struct Annotation: Sendable, Equatable {
  public let size: Size
  /// The patient's right and left lung, and opacity, which may reach past them.
  public var rightLung: Mask?
  public var leftLung: Mask?
  /// Empty where it is known that there is none.
  public var opacity: Mask?
  /// What was left out or changed on the way, as numbers.
  public var remarks = Remarks()

  /// What of a file was not used, was changed, or needs a look.
  public struct Remarks: Sendable, Equatable {
    /// Labels that mean nothing here, each once, in the order of the file.
    public var unknownLabels: [String] = []
    /// How many shapes carry each of them.
    public var unknownShapes: [String: Int] = [:]
    /// How many shapes reached out of the image, and so were clipped.
    public var clipped = 0
    /// How many shapes are no regions: points, lines, polygons of fewer than three points, annotations without an outline.
    public var notRegions = 0
    /// How many regions cover no pixel: they lie outside of the image, or between the centers of its pixels.
    public var withoutPixels = 0
    /// How many regions are marked as crowds; they are used like others.
    public var crowds = 0
    /// How many annotations are about other images of the file, or about images that it does not list.
    public var ofOtherImages = 0
    public var ofUnlistedImages = 0
    /// Flags of the file that are set and mean nothing here.
    public var unknownFlags: [String] = []
    /// How many frames belong to segments that the file does not describe.
    public var undescribedFrames = 0
    /// Whether regions were made from fractions, of which half and more counts.
    public var isFractional = false
    /// The image that the file says it is about, unless it holds that image.
    public var imageName: String?
    /// The DICOM instances that the file says it is about.
    public var instances: [String] = []
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

  public init(size: Size, rightLung: Mask? = nil, leftLung: Mask? = nil, opacity: Mask? = nil) {
    (self.size, self.rightLung, self.leftLung, self.opacity) = (size, rightLung, leftLung, opacity)
  }

  /// The layers of a segmentation.
  public init(_ segmentation: Segmentation) {
    func drawn(_ mask: Mask) -> Mask? { mask.isEmpty ? nil : mask }
    self.init(
      size: segmentation.size, rightLung: drawn(segmentation.mask(of: .rightLung)), leftLung: drawn(segmentation.mask(of: .leftLung)),
      opacity: segmentation.opacity)
  }

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

  /// Adds a shape to a layer.
  mutating func add(_ shape: Mask, to layer: SegmentationChannel) throws {
    self[layer] = try self[layer].map { try $0.union(shape) } ?? shape
  }

  /// The lungs as labels; where both claim a pixel it is the right lung's.
  public var lungs: LabelImage {
    var labels = [UInt32](repeating: 0, count: size.count)
    for (mask, label) in [(leftLung, LabelImage.leftLung), (rightLung, LabelImage.rightLung)] {
      guard let mask else { continue }
      for row in 0..<size.height { for column in 0..<size.width where mask[row, column] { labels[row * size.width + column] = label } }
    }
    return LabelImage(size: size, labels: labels, names: LabelImage.lungNames)
  }

  /// As a segmentation that a reader drew, with opacity inside the lungs, where there are any, and how many pixels of it lay outside.
  public func segmentation(spacing: Spacing) throws -> (segmentation: Segmentation, outsideLungs: Int) {
    var lungs = lungs
    lungs.spacing = spacing
    var opacity = opacity ?? Mask(size: size)
    opacity.spacing = spacing
    let field = lungs.foreground
    let inside = field.isEmpty ? opacity : try opacity.intersection(field)
    return (Segmentation(lungs: lungs, opacity: inside), opacity.count - inside.count)
  }
}

extension SegmentationChannel {
  /// Label in files of annotations.
  public var label: String {
    switch self {
    case .rightLung: "right_lung"
    case .leftLung: "left_lung"
    case .opacity: "opacity"
    }
  }

  /// The layers that a label of a file stands for, however it is spelled; both lungs for "lungs", nil for a label that is not known.
  static func layers(labeled label: String) -> [SegmentationChannel]? {
    let word = String(label.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    switch word {
    case "right_lung", "lung_right", "right": return [.rightLung]
    case "left_lung", "lung_left", "left": return [.leftLung]
    case "lungs", "lung", "both_lungs": return [.rightLung, .leftLung]
    case "opacity", "opacities", "ground_glass", "ground_glass_opacity", "ggo", "consolidation", "haziness": return [.opacity]
    default: return nil
    }
  }

  /// The labels that files of segsh's carry.
  public static var labels: [String] { allCases.map(\.label) }
}

extension Annotation {
  /// Adds a shape with a label of a file; one of both lungs is split later.
  mutating func add(_ shape: Mask, labeled label: String, _ bothLungs: inout Mask?) throws {
    guard let layers = SegmentationChannel.layers(labeled: label) else { return remarks.add(unknownLabel: label) }
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
    for (layer, label) in [(SegmentationChannel.rightLung, LabelImage.rightLung), (.leftLung, LabelImage.leftLung)] {
      let mask = lungs.mask(of: label)
      if !mask.isEmpty { try add(mask, to: layer) }
    }
  }
}

/// Why a file of annotations cannot be used.
public enum AnnotationError: Error, Equatable {
  /// Neither LabelMe nor COCO nor a label image nor a DICOM segmentation.
  case unknownForm
  case json(JSONError)
  /// What is wrong with a member of the file.
  case damaged(String)
  case sizeDiffers(file: Size, picture: Size)
  /// A file about several images, and none of these names.
  case noSuchImage(String?, names: [String])
  /// A file about several images, of which these fit the X-ray's path alike.
  case ambiguousImage(String, names: [String])
  case noSize
  /// None of the labels is known, or no shape is a region.
  case nothingKnown(Annotation.Remarks)
  case tooLarge(Int, limit: Int)
}

extension AnnotationError {
  /// Says of damage where in the file it is.
  static func within<Result>(_ place: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch AnnotationError.damaged(let what) { throw AnnotationError.damaged("\(place): \(what)") }
  }
}

extension AnnotationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownForm: "the file is not LabelMe JSON, COCO JSON, a label image or a DICOM segmentation"
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
