import Basics
import ImageOps

/// Closed lines of a DICOM presentation state as regions, by the names of their layers.
enum DICOMGraphicsFile {
  /// - Throws: `AnnotationError`, `CodecError`, `CancellationError`.
  static func decode(_ bytes: [UInt8], name: String, size: Size?, labels: LabelMapping) throws -> Annotation {
    guard let size else { throw AnnotationError.noSize }
    let graphics = try DICOMGraphics.decode(bytes, name: name)
    var annotation = Annotation(size: size)
    annotation.remarks.instances = graphics.references
    annotation.remarks.notRegions = graphics.notRegions
    let cancellation = Cancellation.current
    var bothLungs: Mask?
    for (index, region) in graphics.regions.enumerated() {
      try cancellation.check()
      let points = try AnnotationError.within("line \(index + 1)") { try AnnotationNumbers.points(region.points) }
      // A layer's name has at most 16 characters, and its description says more.
      let label = labels.certainLayers(labeled: region.layer) == nil ? region.description ?? region.layer : region.layer
      guard labels.layers(labeled: label) != nil else {
        annotation.remarks.add(unknownLabel: region.layer)
        continue
      }
      let mask = try Mask(size: size, polygons: [points])
      guard annotation.remarks.use(mask, isClipped: points.contains { AnnotationNumbers.isOutside($0, size) }) else { continue }
      try annotation.add(mask, labeled: label, labels, &bothLungs)
    }
    try annotation.split(bothLungs)
    // A layer of opacity without lines says that there is none.
    if annotation.opacity == nil, graphics.emptyLayers.contains(where: { labels.layers(labeled: $0) == [.opacity] }) {
      annotation.opacity = Mask(size: size)
    }
    return annotation
  }
}
