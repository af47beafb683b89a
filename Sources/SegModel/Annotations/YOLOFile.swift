import Basics
import ImageOps

/// Labels for YOLO (Ultralytics): a line per region with the number of its class, from 0, and coordinates divided by the image's width and height.
///
/// A polygon runs along pixel edges; a slit joins a hole to the outline. A box is its center, width and height, from edge to edge. The names of the
/// classes are in a second file, `classes.txt`, one per line.
public enum YOLOFile {
  /// The file of class names, in the folder of the labels.
  public static let classesName = "classes.txt"

  /// Encodes masks as polygons or boxes; a file without regions is empty, which YOLO reads as background.
  /// - Parameter tolerance: Largest distance in px between outlines and polygons; 0 keeps every pixel. See `Mask.outlines(simplifiedWithin:)`.
  /// - Throws: `CancellationError`.
  public static func encoded(_ masks: LabeledMasks, asBoxes: Bool, simplifiedWithin tolerance: Double = 0) throws -> [UInt8] {
    let (width, height) = (Double(masks.size.width), Double(masks.size.height))
    // An error of half a unit of the last decimal is below a hundredth of a pixel for any image.
    func number(_ value: Double) -> String { NumberFormat.short(value, 8) }
    var text = ""
    for (number:index, mask:structure) in masks.all {
      if asBoxes {
        for box in try structure.mask.regionBoxes() {
          let (columns, rows) = (box.columns, box.rows)
          let center = [
            Double(columns.lowerBound + columns.upperBound) / 2 / width, Double(rows.lowerBound + rows.upperBound) / 2 / height,
          ]
          text +=
            ([String(index)] + (center + [Double(columns.count) / width, Double(rows.count) / height]).map(number)).joined(separator: " ")
            + "\n"
        }
      } else {
        for outline in try structure.mask.outlines(simplifiedWithin: tolerance) {
          let numbers = outline.flatMap { [number(Double($0.column) / width), number(Double($0.row) / height)] }
          text += ([String(index)] + numbers).joined(separator: " ") + "\n"
        }
      }
    }
    return Array(text.utf8)
  }

  /// The names of the classes, one per line.
  public static func classes(of masks: LabeledMasks) -> [UInt8] { Array((masks.labels.joined(separator: "\n") + "\n").utf8) }

  /// Whether a text file consists of lines of numbers.
  static func isEncoded(in bytes: [UInt8]) -> Bool {
    let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
    guard let line = head.split(whereSeparator: \.isNewline).first else { return false }
    let words = line.split(separator: " ")
    return words.count >= 5 && words.first.map { Int($0) != nil } ?? false && words.prefix(5).allSatisfy { Double($0) != nil }
  }

  /// - Parameter classes: The names of the classes; a class without one is called by its number.
  /// - Throws: `AnnotationError`, `CancellationError`.
  static func decode(_ bytes: [UInt8], classes: [String], size: Size?, labels: LabelMapping) throws -> Annotation {
    let cancellation = Cancellation.current
    guard let size else { throw AnnotationError.noSize }
    guard bytes.count <= AnnotationFile.jsonLimit else { throw AnnotationError.tooLarge(bytes.count, limit: AnnotationFile.jsonLimit) }
    var annotation = Annotation(size: size)
    var bothLungs: Mask?
    for (index, line) in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).enumerated() {
      try cancellation.check()
      try AnnotationError.within("line \(index + 1)") {
        let words = line.split(separator: " ")
        let numbers = words.dropFirst().compactMap { Double($0) }
        guard let number = words.first.flatMap({ Int($0) }), number >= 0, numbers.count == words.count - 1, numbers.count >= 4 else {
          throw AnnotationError.damaged("it is not the number of a class with coordinates")
        }
        let label = classes.indices.contains(number) ? classes[number] : String(number)
        guard labels.layers(labeled: label) != nil else { return annotation.remarks.add(unknownLabel: label) }
        guard numbers.count >= 6, numbers.count % 2 == 0 else {
          annotation.remarks.notRegions += 1
          return
        }
        let flat = numbers.enumerated().map { $1 * Double($0 % 2 == 0 ? size.width : size.height) }
        let points = try AnnotationNumbers.points(flat)
        let mask = try Mask(size: size, polygons: [points])
        guard annotation.remarks.use(mask, isClipped: points.contains { AnnotationNumbers.isOutside($0, size) }) else { return }
        try annotation.add(mask, labeled: label, labels, &bothLungs)
      }
    }
    try annotation.split(bothLungs)
    return annotation
  }
}
