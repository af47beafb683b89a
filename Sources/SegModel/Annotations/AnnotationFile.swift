import ImageOps

/// Files of annotations, whatever their form: LabelMe JSON, COCO JSON, label pictures, DICOM segmentations.
public enum AnnotationFile {
  /// The largest JSON file that is read, in bytes.
  public static let jsonLimit = 32 << 20

  /// Reads a file; its form is told by its content.
  ///
  /// - Parameters:
  ///   - name: what errors call it.
  ///   - image: the file name of the X-ray, which chooses among several in a COCO file; folders and ending do not count.
  ///   - size: that of the X-ray; nil where it is not known, and then the file has to say it.
  /// - Throws: `AnnotationError`, `CodecError`, `CancellationError`.
  public static func decode(
    _ bytes: [UInt8], name: String, image: String? = nil, size: Size? = nil, polling cancellation: Cancellation = .never
  ) throws -> Annotation {
    let annotation: Annotation
    if startsAsJSON(bytes) || name.lowercased().hasSuffix(".json") {
      guard bytes.count <= jsonLimit else { throw AnnotationError.tooLarge(bytes.count, limit: jsonLimit) }
      let json: JSON
      do { json = try JSON(parsing: bytes) } catch { throw AnnotationError.json(error) }
      if json["shapes"] != nil {
        annotation = try LabelMeFile.decode(json, size: size, polling: cancellation)
      } else if json["annotations"] != nil, json["images"] != nil {
        annotation = try COCOFile.decode(json, image: image, polling: cancellation)
      } else {
        throw AnnotationError.unknownForm
      }
    } else if bytes.withUnsafeBytes({ PictureFormat(signatureOf: $0) }) == .dicom {
      annotation = try DICOMSegmentationFile.decode(bytes, name: name, polling: cancellation)
    } else {
      annotation = try LabelPicture.decode(try LabelImage.decode(bytes, name: name))
    }
    if let size, annotation.size != size { throw AnnotationError.sizeDiffers(file: annotation.size, picture: size) }
    guard SegmentationChannel.allCases.contains(where: { annotation[$0] != nil }) else {
      throw AnnotationError.nothingKnown(labels: annotation.remarks.unknownLabels)
    }
    return annotation
  }

  /// A picture's name without folders, of whatever system, and ending.
  public static func stem(_ name: String) -> Substring {
    let file = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
    return file.lastIndex(of: ".").map { file[..<$0] } ?? file
  }

  /// Whether the first byte that is no blank opens an object.
  static func startsAsJSON(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    return rest.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
  }
}

/// Numbers of untrusted files, as places and sizes.
enum AnnotationNumbers {
  /// A polygon of x and y in pixels, (0, 0) the upper left corner of the picture, as points about the centres of pixels.
  static func points(_ flat: [Double]) throws(AnnotationError) -> [FinePoint] {
    guard flat.count % 2 == 0 else { throw .damaged("a polygon of \(flat.count) numbers") }
    var points: [FinePoint] = []
    points.reserveCapacity(flat.count / 2)
    for index in stride(from: 0, to: flat.count, by: 2) {
      guard let point = FinePoint(row: flat[index + 1] - 0.5, column: flat[index] - 0.5) else {
        throw .damaged("a point at \(flat[index]), \(flat[index + 1]), which lies too far away")
      }
      points.append(point)
    }
    return points
  }

  /// Whether a point lies outside of a picture.
  static func isOutside(_ point: FinePoint, _ size: Size) -> Bool {
    let half = FinePoint.unit / 2
    return point.row < -half || point.column < -half || point.row > FinePoint.unit * size.height - half
      || point.column > FinePoint.unit * size.width - half
  }

  static func size(width: JSON?, height: JSON?) throws(AnnotationError) -> Size? {
    guard let width = width?.integerValue, let height = height?.integerValue else { return nil }
    let size = Size(width: width, height: height)
    guard size.isValid else { throw .damaged("it says that its picture is \(width) x \(height), which is none that can be read") }
    return size
  }

  /// The corners of a mask's outline as x and y.
  static func flat(_ outline: [PixelCorner]) -> [JSON] { outline.flatMap { [JSON.number(Double($0.column)), .number(Double($0.row))] } }
}
