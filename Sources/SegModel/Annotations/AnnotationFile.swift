import Basics
import ImageOps

/// Reads annotation files of any format: LabelMe JSON, COCO JSON, GeoJSON, ROI sets of ImageJ, YOLO, label images, segmentations of 3D Slicer, DICOM
/// segmentations and presentation states.
public enum AnnotationFile {
  /// The largest JSON file that is read, in bytes.
  public static let jsonLimit = 32 << 20

  /// Reads an annotation file; its format is recognized by its content.
  ///
  /// - Parameters:
  ///   - name: The file's name in errors.
  ///   - image: The path of the X-ray, relative to the file's folder if it lies in there. It selects the image in a COCO file; extensions are
  ///     ignored.
  ///   - labels: What labels stand for, besides the known ones.
  ///   - classes: The names of the classes of a YOLO file, which has only their numbers.
  ///   - size: The size of the X-ray, compared before regions are drawn; nil if unknown, and then the file has to state it.
  /// - Throws: `AnnotationError`, `CodecError`, `CancellationError`.
  public static func decode(
    _ bytes: [UInt8], name: String, image: String? = nil, classes: [String] = [], size: Size? = nil, labels: LabelMapping = .standard
  ) throws -> Annotation {
    var annotation: Annotation
    if startsAsJSON(bytes) || [".json", ".geojson"].contains(where: name.lowercased().hasSuffix) {
      guard bytes.count <= jsonLimit else { throw AnnotationError.tooLarge(bytes.count, limit: jsonLimit) }
      let json: JSON
      do { json = try JSON(parsing: bytes) } catch { throw AnnotationError.json(error) }
      if json["shapes"] != nil {
        annotation = try LabelMeFile.decode(json, size: size, labels: labels)
      } else if json["annotations"] != nil, json["images"] != nil {
        annotation = try COCOFile.decode(json, image: image, size: size, labels: labels)
      } else if let features = GeoJSONFile.features(of: json) {
        annotation = try GeoJSONFile.decode(features, of: json, size: size, labels: labels)
      } else {
        throw AnnotationError.unknownForm
      }
    } else if ImageJROIFile.isEncoded(in: bytes) {
      annotation = try ImageJROIFile.decode(bytes, size: size, labels: labels)
    } else if SlicerSegmentation.isEncoded(in: bytes) {
      annotation = try decode(SlicerSegmentation.decode(bytes, name: name), labels: labels)
    } else if name.lowercased().hasSuffix(".txt"), YOLOFile.isEncoded(in: bytes) {
      annotation = try YOLOFile.decode(bytes, classes: classes, size: size, labels: labels)
    } else if name.lowercased().hasSuffix(".xml"), bytes.starts(with: Array("<annotation".utf8)) || bytes.starts(with: Array("<?xml".utf8))
    {
      throw AnnotationError.boxesOnly
    } else if bytes.withUnsafeBytes({ ImageFormat(signatureOf: $0) }) == .dicom {
      switch DICOMSegmentation.storageClass(of: bytes) {
      case DICOMGraphics.storageClass?:
        annotation = try DICOMGraphicsFile.decode(bytes, name: name, size: size, labels: labels)
      case let storageClass? where DICOMStructuredReport.storageClasses.contains(storageClass): throw AnnotationError.structuredReport
      default: annotation = try DICOMSegmentationFile.decode(bytes, name: name, size: size, labels: labels)
      }
    } else {
      guard !labels.statesLabels else {
        throw AnnotationError.damaged("a label image has numbers, whose meaning is fixed, so labels= does not apply")
      }
      var remarks: [ReadingRemark] = []
      annotation = try LabelImageFile.decode(try LabelImage.decode(bytes, name: name, remarks: &remarks))
      annotation.remarks.reading = remarks
    }
    try check(annotation.size, against: size)
    guard !annotation.layers.isEmpty else {
      throw AnnotationError.nothingKnown(annotation.remarks)
    }
    return annotation
  }

  /// - Throws: `CancellationError`.
  private static func decode(_ segmentation: SlicerSegmentation, labels: LabelMapping) throws -> Annotation {
    var annotation = Annotation(size: segmentation.size)
    var bothLungs: Mask?
    annotation.remarks.reading = segmentation.remarks
    for segment in segmentation.segments { try annotation.add(segment.mask, labeled: segment.name, labels, &bothLungs) }
    try annotation.split(bothLungs)
    for layer in [SegmentationLayer.rightLung, .leftLung] where annotation[layer]?.isEmpty ?? false { annotation[layer] = nil }
    return annotation
  }

  static func check(_ size: Size, against known: Size?) throws(AnnotationError) {
    if let known, size != known { throw .sizeDiffers(file: size, image: known) }
  }

  /// Returns an image's name without folders (with `/` or `\`) and extension.
  public static func stem(_ name: String) -> Substring {
    let file = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
    return file.lastIndex(of: ".").map { file[..<$0] } ?? file
  }

  /// Whether the first byte that is no blank opens an object or a list.
  static func startsAsJSON(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    let first = rest.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}

/// A path of an image in an annotation file, for comparison with that of an X-ray.
public struct ImagePath: Sendable {
  /// Those before the file's name that can be compared: behind the last `..`.
  let folders: [Substring]
  let base: Substring

  /// Creates a path with `/` or `\` between folders.
  public init(_ path: String) {
    let parts = path.split { $0 == "/" || $0 == "\\" }.filter { $0 != "." }
    let folders = parts.dropLast()
    (self.folders, base) = (Array(folders.lastIndex(of: "..").map { folders[($0 + 1)...] } ?? folders), parts.last ?? "")
  }

  var stem: Substring { AnnotationFile.stem(String(base)) }

  /// How many folders before the file's name both have in common.
  func sharedFolders(with other: ImagePath) -> Int { zip(folders.reversed(), other.folders.reversed()).prefix { $0 == $1 }.count }

  /// Whether both paths can name the same image: same name without extension, and no folder of one contradicts the other's.
  public func mayBe(_ other: ImagePath) -> Bool { stem == other.stem && !contradicts(other) }

  func contradicts(_ other: ImagePath) -> Bool { sharedFolders(with: other) < min(folders.count, other.folders.count) }

  /// Which of these paths means the X-ray at a path; nil where none does.
  ///
  /// Names count first, then folders from the last to the first. Where the X-ray's path is absolute, it lies elsewhere than the file of annotations, and one whose
  /// folders differ is taken when no other has that name.
  /// - Throws: `AnnotationError.ambiguousImage`.
  static func index(of path: String, among names: [String]) throws(AnnotationError) -> Int? {
    let wanted = ImagePath(path)
    var found = names.enumerated().map { (index: $0.offset, path: ImagePath($0.element)) }.filter { $0.path.stem == wanted.stem }
    let same = found.filter { $0.path.base == wanted.base }
    if !same.isEmpty { found = same }
    let fitting = found.filter { !$0.path.contradicts(wanted) }
    if fitting.isEmpty, !path.hasPrefix("/") { return nil }
    let candidates = fitting.isEmpty ? found : fitting
    let equal = candidates.filter { $0.path.folders == wanted.folders }
    if equal.count == 1 { return equal[0].index }
    let most = candidates.map { $0.path.sharedFolders(with: wanted) }.max() ?? 0
    let best = candidates.filter { $0.path.sharedFolders(with: wanted) == most }
    guard best.count > 1 else { return best.first?.index }
    throw .ambiguousImage(wanted.base.description, names: best.map { names[$0.index] })
  }
}

/// Numbers of untrusted files, as places and sizes.
enum AnnotationNumbers {
  /// A polygon of x and y in pixels, (0, 0) the upper left corner of the image, as points about the centers of pixels.
  static func points(_ flat: [Double]) throws(AnnotationError) -> [FinePoint] {
    guard flat.count % 2 == 0 else { throw .damaged("a polygon of \(flat.count) numbers") }
    var points: [FinePoint] = []
    points.reserveCapacity(flat.count / 2)
    for index in stride(from: 0, to: flat.count, by: 2) {
      guard let point = FinePoint(row: flat[index + 1] - 0.5, column: flat[index] - 0.5) else {
        throw .damaged("a point at \(flat[index]), \(flat[index + 1]), which is too far outside the image")
      }
      points.append(point)
    }
    return points
  }

  /// Whether a point lies outside of an image.
  static func isOutside(_ point: FinePoint, _ size: Size) -> Bool {
    let half = FinePoint.unit / 2
    return point.row < -half || point.column < -half || point.row > FinePoint.unit * size.height - half
      || point.column > FinePoint.unit * size.width - half
  }

  static func size(width: JSON?, height: JSON?) throws(AnnotationError) -> Size? {
    guard let width = width?.integerValue, let height = height?.integerValue else { return nil }
    let size = Size(width: width, height: height)
    guard size.isValid else { throw .damaged("it states an image size of \(width) x \(height), which is not supported") }
    return size
  }

  /// The corners of a mask's outline as x and y.
  static func flat(_ outline: [PixelCorner]) -> [JSON] { outline.flatMap { [JSON.number(Double($0.column)), .number(Double($0.row))] } }
}
