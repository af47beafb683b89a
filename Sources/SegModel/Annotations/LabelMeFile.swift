import Basics
import ImageOps

/// LabelMe JSON, version 5: labeled shapes over one image, which is named or embedded.
///
/// Coordinates are x and y in pixels from the upper left corner of the image; a pixel spans one unit. Regions are written as polygons along pixel
/// edges, so that reading restores every pixel. Absent opacity is the flag `no_opacity`, an absent structure the same with its name, as `no_heart`.
public enum LabelMeFile {
  private static let flagPrefix = "no_"

  /// Encodes an annotation as LabelMe JSON.
  ///
  /// - Parameters:
  ///   - imagePath: The image's path relative to the file.
  ///   - imageData: The image as a PNG file, to embed; nil for a reference only.
  ///   - tolerance: Largest distance in px between outlines and polygons; 0 keeps every pixel. See `Mask.outlines(simplifiedWithin:)`.
  /// - Throws: `CancellationError`.
  public static func encoded(
    _ annotation: Annotation, imagePath: String, imageData: [UInt8]? = nil, simplifiedWithin tolerance: Double = 0
  ) throws -> [UInt8] {
    var shapes: [JSON] = []
    for layer in annotation.layers {
      for outline in try annotation[layer]?.outlines(simplifiedWithin: tolerance) ?? [] {
        shapes.append([
          "label": .string(layer.label), "points": .array(outline.map { [.number(Double($0.column)), .number(Double($0.row))] }),
          "group_id": .null, "description": "", "shape_type": "polygon", "flags": .object([]), "mask": .null,
        ])
      }
    }
    let absent = annotation.layers.filter { layer in
      switch layer {
      case .channel(let channel): channel == .opacity && annotation.opacity?.isEmpty ?? false
      case .structure(let name): annotation.structures[name]?.isEmpty ?? false
      }
    }
    let json: JSON = [
      "version": "5.5.0", "flags": .object(absent.map { JSON.Member(flagPrefix + $0.label, true) }), "shapes": .array(shapes),
      "imagePath": .string(imagePath), "imageData": imageData.map { .string(Base64.text(of: $0)) } ?? .null,
      "imageHeight": .number(Double(annotation.size.height)), "imageWidth": .number(Double(annotation.size.width)),
    ]
    return Array((json.description + "\n").utf8)
  }

  /// The image that stands inside a file; nil where there is none.
  /// - Throws: `AnnotationError`, `CodecError`.
  static func picture(in bytes: [UInt8], name: String) throws -> GrayImage? {
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw AnnotationError.json(error) }
    guard let text = json["imageData"]?.stringValue else { return nil }
    guard let data = Base64.bytes(of: text) else { throw AnnotationError.damaged("`imageData` is not Base64 text") }
    return try GrayImage.decode(data, name: name)
  }

  /// - Throws: `AnnotationError`, `CodecError`, `CancellationError`.
  static func decode(_ json: JSON, size known: Size?, labels: LabelMapping) throws -> Annotation {
    let cancellation = Cancellation.current
    let own = try AnnotationNumbers.size(width: json["imageWidth"], height: json["imageHeight"])
    guard let size = own ?? known else { throw AnnotationError.noSize }
    try AnnotationFile.check(size, against: known)
    guard let shapes = json["shapes"]?.arrayValue else { throw AnnotationError.damaged("`shapes` is not a list") }
    var annotation = Annotation(size: size)
    if json["imageData"]?.stringValue == nil { annotation.remarks.imageName = json["imagePath"]?.stringValue }
    var bothLungs: Mask?
    for (index, shape) in shapes.enumerated() {
      try cancellation.check()
      let (label, points, mask) = try AnnotationError.within("shape \(index + 1)") {
        guard let label = shape["label"]?.stringValue else { throw AnnotationError.damaged("it has no label") }
        let points = try Self.points(shape)
        return (label, points, try Self.mask(shape, points, size))
      }
      guard labels.layers(labeled: label) != nil else {
        annotation.remarks.add(unknownLabel: label)
        continue
      }
      guard let mask else {
        annotation.remarks.notRegions += 1
        continue
      }
      guard annotation.remarks.use(mask, isClipped: points.contains { AnnotationNumbers.isOutside($0, size) }) else { continue }
      try annotation.add(mask, labeled: label, labels, &bothLungs)
    }
    try annotation.split(bothLungs)
    if case .object(let flags)? = json["flags"] {
      for flag in flags.filter({ $0.value == .bool(true) }).map(\.key) {
        if let layer = absentLayer(flag, labels), annotation[layer] == nil {
          annotation[layer] = Mask(size: size)
        } else {
          annotation.remarks.unknownFlags.append(flag)
        }
      }
    }
    return annotation
  }

  /// The layer that a flag states to be absent; nil for other flags.
  private static func absentLayer(_ flag: String, _ labels: LabelMapping) -> SegmentationLayer? {
    guard flag.hasPrefix(flagPrefix) else { return nil }
    let label = String(flag.dropFirst(flagPrefix.count))
    if label == SegmentationLayer.opacity.label { return .opacity }
    guard case .structure(let name)? = labels.layers(labeled: label)?.first else { return nil }
    return .structure(name)
  }

  private static func points(_ shape: JSON) throws -> [FinePoint] {
    guard let points = shape["points"]?.arrayValue else { throw AnnotationError.damaged("it has no points") }
    let flat = try points.flatMap { point in
      guard let pair = point.numbersValue, pair.count == 2 else { throw AnnotationError.damaged("a point that is not a pair of numbers") }
      return pair
    }
    return try AnnotationNumbers.points(flat)
  }

  /// The pixels of a shape; nil for points, lines and polygons of fewer than three points.
  private static func mask(_ shape: JSON, _ points: [FinePoint], _ size: Size) throws -> Mask? {
    switch shape["shape_type"]?.stringValue ?? "polygon" {
    case "polygon": return points.count < 3 ? nil : try Mask(size: size, polygons: [points])
    case "rectangle":
      guard points.count == 2 else { throw AnnotationError.damaged("a rectangle of \(points.count) points") }
      return Mask(size: size, rectangle: points[0], points[1])
    case "circle":
      guard points.count == 2 else { throw AnnotationError.damaged("a circle of \(points.count) points") }
      let (center, edge) = (points[0], points[1])
      let (rows, columns) = (Double(edge.row - center.row), Double(edge.column - center.column))
      let radius = Int((rows * rows + columns * columns).squareRoot().rounded())
      return Mask(
        size: size, ellipse: FinePoint(hundredths: center.row - radius, center.column - radius),
        FinePoint(hundredths: center.row + radius, center.column + radius))
    case "mask": return try boxedMask(shape, points, size)
    default: return nil
    }
  }

  /// A PNG of the part of the image from the pixel that the first point names.
  private static func boxedMask(_ shape: JSON, _ points: [FinePoint], _ size: Size) throws -> Mask {
    guard let corner = points.first, let text = shape["mask"]?.stringValue, let bytes = Base64.bytes(of: text) else {
      throw AnnotationError.damaged("a mask without its image")
    }
    let part = try LabelImage.decode(bytes, name: "mask")
    // The corner is the number of a pixel, not a place between pixels.
    let (top, left) = ((corner.row + FinePoint.unit / 2) / FinePoint.unit, (corner.column + FinePoint.unit / 2) / FinePoint.unit)
    var mask = Mask(size: size)
    for row in 0..<part.size.height {
      for column in 0..<part.size.width where part[row, column] != 0 && size.contains(row: top + row, column: left + column) {
        mask[top + row, left + column] = true
      }
    }
    return mask
  }
}
