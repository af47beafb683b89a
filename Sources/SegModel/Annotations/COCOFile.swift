import Basics
import ImageOps

/// COCO JSON: images, categories, and annotations whose regions are polygons or run lengths.
///
/// Polygons are x and y in pixels from the upper left corner of the image; on writing they run along pixel edges. A category that the file lists
/// and no annotation uses is known to be absent.
public enum COCOFile {
  /// How regions are encoded.
  public enum Coding: String, Sendable, CaseIterable {
    /// Polygons along pixel edges.
    case polygons
    /// Run lengths as a string, as pycocotools writes them.
    case rle
    /// Run lengths as numbers.
    case counts
  }

  /// Encodes an annotation as COCO JSON.
  /// - Parameters:
  ///   - fileName: The image's name in the file.
  ///   - tolerance: Largest distance in px between outlines and polygons; 0 keeps every pixel. See `Mask.outlines(simplifiedWithin:)`.
  /// - Throws: `CancellationError`.
  public static func encoded(
    _ annotation: Annotation, fileName: String, coding: Coding = .polygons, simplifiedWithin tolerance: Double = 0
  ) throws -> [UInt8] {
    let size = annotation.size
    var categories: [JSON] = []
    var annotations: [JSON] = []
    for layer in annotation.layers {
      guard let mask = annotation[layer] else { continue }
      let category =
        if case .channel(let channel) = layer { channel.rawValue + 1 } else {
          SegmentationChannel.allCases.count + 1 + categories.count { !SegmentationChannel.labels.contains($0["name"]?.stringValue ?? "") }
        }
      categories.append(["id": .number(Double(category)), "name": .string(layer.label), "supercategory": "chest"])
      guard let box = mask.boundingBox else { continue }
      annotations.append([
        "id": .number(Double(annotations.count + 1)), "image_id": 1, "category_id": .number(Double(category)),
        "segmentation": try region(mask, coding, tolerance), "area": .number(Double(mask.count)),
        "bbox": .array([box.columns.lowerBound, box.rows.lowerBound, box.columns.count, box.rows.count].map { .number(Double($0)) }),
        "iscrowd": 0,
      ])
    }
    let json: JSON = [
      "info": ["description": "segsh"],
      "images": [["id": 1, "file_name": .string(fileName), "width": .number(Double(size.width)), "height": .number(Double(size.height))]],
      "categories": .array(categories), "annotations": .array(annotations),
    ]
    return Array((json.description + "\n").utf8)
  }

  private static func region(_ mask: Mask, _ coding: Coding, _ tolerance: Double) throws -> JSON {
    let size: JSON = [.number(Double(mask.size.height)), .number(Double(mask.size.width))]
    switch coding {
    case .polygons: return .array(try mask.outlines(simplifiedWithin: tolerance).map { .array(AnnotationNumbers.flat($0)) })
    case .rle: return ["size": size, "counts": .string(RunLengthCode.text(of: RunLengthCode.counts(of: mask)))]
    case .counts: return ["size": size, "counts": .array(RunLengthCode.counts(of: mask).map { .number(Double($0)) })]
    }
  }

  /// Returns the names of the images of a COCO file, in its order; nil if it is not a COCO file.
  public static func imageNames(_ json: JSON) -> [String]? {
    json["annotations"] == nil ? nil : json["images"]?.arrayValue?.compactMap { $0["file_name"]?.stringValue }
  }

  /// - Throws: `AnnotationError`, `CancellationError`.
  static func decode(_ json: JSON, image path: String?, size known: Size?, labels: LabelMapping) throws -> Annotation {
    let cancellation = Cancellation.current
    guard let images = json["images"]?.arrayValue, let annotations = json["annotations"]?.arrayValue else {
      throw AnnotationError.damaged("`images` or `annotations` is not a list")
    }
    let image = try chosen(images, path)
    guard let id = image["id"]?.integerValue, let size = try AnnotationNumbers.size(width: image["width"], height: image["height"]) else {
      throw AnnotationError.damaged("an image without id, width or height")
    }
    try AnnotationFile.check(size, against: known)
    let listed = Set(images.compactMap { $0["id"]?.integerValue })
    var names: [Int: String] = [:]
    for category in json["categories"]?.arrayValue ?? [] {
      if let id = category["id"]?.integerValue, let name = category["name"]?.stringValue { names[id] = name }
    }
    var annotation = Annotation(size: size)
    annotation.remarks.imageName = image["file_name"]?.stringValue
    var bothLungs: Mask?
    for (index, entry) in annotations.enumerated() {
      try cancellation.check()
      let owner = entry["image_id"]?.integerValue
      guard owner == id else {
        if owner.map(listed.contains) ?? false {
          annotation.remarks.ofOtherImages += 1
        } else {
          annotation.remarks.ofUnlistedImages += 1
        }
        continue
      }
      let place = "annotation \(index + 1)"
      guard let category = entry["category_id"]?.integerValue else { throw AnnotationError.damaged("\(place): it has no category") }
      let label = names[category] ?? "category \(category)"
      guard labels.layers(labeled: label) != nil else {
        annotation.remarks.add(unknownLabel: label)
        continue
      }
      guard let segmentation = entry["segmentation"], segmentation != .array([]), segmentation != .null else {
        annotation.remarks.notRegions += 1
        continue
      }
      let mask = try AnnotationError.within(place) { try Self.mask(segmentation, size, &annotation.remarks) }
      guard let mask else { continue }
      if let crowd = entry["iscrowd"], crowd.integerValue != 0, crowd != .bool(false) { annotation.remarks.crowds += 1 }
      try annotation.add(mask, labeled: label, labels, &bothLungs)
    }
    try annotation.split(bothLungs)
    for name in names.values {
      guard let layer = labels.layers(labeled: name)?.first, layer != .rightLung, layer != .leftLung, annotation[layer] == nil else {
        continue
      }
      annotation[layer] = Mask(size: size)
    }
    return annotation
  }

  /// The image at this path, or the only one.
  private static func chosen(_ images: [JSON], _ path: String?) throws(AnnotationError) -> JSON {
    let names = images.map { $0["file_name"]?.stringValue ?? "" }
    if let path, let index = try ImagePath.index(of: path, among: names) { return images[index] }
    guard images.count == 1 else {
      throw .noSuchImage(path.map { $0.hasPrefix("/") ? ImagePath($0).base.description : $0 }, names: names)
    }
    return images[0]
  }

  /// The pixels of a region; nil where it has none.
  private static func mask(_ region: JSON, _ size: Size, _ remarks: inout Annotation.Remarks) throws
    -> Mask?
  {
    if let polygons = region.arrayValue {
      var result: Mask?
      for polygon in polygons {
        guard let flat = polygon.numbersValue else { throw AnnotationError.damaged("a polygon that is not a list of numbers") }
        let points = try AnnotationNumbers.points(flat)
        guard points.count > 2 else {
          remarks.notRegions += 1
          continue
        }
        let mask = try Mask(size: size, polygons: [points])
        guard remarks.use(mask, isClipped: points.contains { AnnotationNumbers.isOutside($0, size) }) else { continue }
        result = try result.map { try $0.union(mask) } ?? mask
      }
      return result
    }
    guard let sides = region["size"]?.arrayValue, sides.count == 2, try AnnotationNumbers.size(width: sides[1], height: sides[0]) == size
    else { throw AnnotationError.damaged("run lengths for an image of another size") }
    let counts: [Int]
    if let text = region["counts"]?.stringValue {
      counts = try RunLengthCode.counts(of: text)
    } else {
      guard let numbers = region["counts"]?.arrayValue else { throw AnnotationError.damaged("a region without run lengths") }
      counts = numbers.compactMap(\.integerValue)
      guard counts.count == numbers.count else { throw AnnotationError.damaged("run lengths that are not whole numbers") }
    }
    let mask = try RunLengthCode.mask(counts, size: size)
    return remarks.use(mask, isClipped: false) ? mask : nil
  }
}
