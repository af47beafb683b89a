import Basics
import ImageOps

/// Lungs, opacity and structures as a DICOM segmentation.
public enum DICOMSegmentationFile {
  private static let anatomy = DICOMCode("123037004", "SCT", "Anatomical Structure")
  private static let abnormal = DICOMCode("49755003", "SCT", "Morphologically abnormal structure")

  private static func codes(of layer: SegmentationLayer) -> (type: DICOMCode, category: DICOMCode) {
    switch layer {
    case .channel(.rightLung): (DICOMCode("3341006", "SCT", "Right lung"), anatomy)
    case .channel(.leftLung): (DICOMCode("44029006", "SCT", "Left lung"), anatomy)
    // No standard code covers haziness, ground glass and consolidation together.
    case .channel(.opacity): (DICOMCode("OPACITY", "99SEGSH", "Lung opacity"), abnormal)
    case .structure(let name): codes(of: name)
    }
  }

  /// Codes of SNOMED CT for common structures; others have one of segsh, of at most 16 characters.
  private static func codes(of structure: StructureName) -> (type: DICOMCode, category: DICOMCode) {
    switch structure.description {
    case "heart": (DICOMCode("80891009", "SCT", "Heart"), anatomy)
    case "effusion", "pleural_effusion": (DICOMCode("60046008", "SCT", "Pleural effusion"), abnormal)
    case "pneumothorax": (DICOMCode("36118008", "SCT", "Pneumothorax"), abnormal)
    default: (DICOMCode(String(structure.description.uppercased().prefix(16)), "99SEGSH", structure.words), anatomy)
    }
  }

  /// Encodes an annotation as a DICOM segmentation that refers to an X-ray; layers that are nil have no segment.
  ///
  /// - Parameters:
  ///   - xray: The bytes of the X-ray's DICOM file.
  ///   - name: The X-ray's name in errors.
  ///   - namesPatient: Whether to copy what identifies the patient; see ``DICOMSegmentation/encoded(over:named:namesPatient:algorithm:)``.
  ///   - algorithm: What the segments come from; nil: not stated.
  /// - Throws: `CodecError`.
  public static func encoded(
    _ annotation: Annotation, over xray: [UInt8], named name: String, namesPatient: Bool, algorithm: DICOMSegmentation.Algorithm? = nil
  ) throws(CodecError) -> [UInt8] {
    var segments: [DICOMSegmentation.Segment] = []
    for layer in annotation.layers {
      guard let mask = annotation[layer] else { continue }
      let (type, category) = codes(of: layer)
      segments.append(DICOMSegmentation.Segment(label: layer.label, type: type, category: category, mask: mask))
    }
    return try DICOMSegmentation(size: annotation.size, segments: segments).encoded(
      over: xray, named: name, namesPatient: namesPatient, algorithm: algorithm)
  }

  /// - Throws: `CodecError`, `CancellationError`.
  static func decode(_ bytes: [UInt8], name: String, size: Size?, labels: LabelMapping) throws -> Annotation {
    let cancellation = Cancellation.current
    if let own = DICOMSegmentation.size(of: bytes) { try AnnotationFile.check(own, against: size) }
    let segmentation = try DICOMSegmentation.decode(bytes, name: name)
    var annotation = Annotation(size: segmentation.size)
    annotation.remarks.instances = segmentation.references
    annotation.remarks.isFractional = segmentation.isFractional
    annotation.remarks.undescribedFrames = segmentation.undescribedFrames
    var bothLungs: Mask?
    for segment in segmentation.segments where !segment.isBackground {
      try cancellation.check()
      let names = [segment.label, segment.type.meaning]
      let known = names.first { labels.certainLayers(labeled: $0) != nil } ?? names.first { labels.layers(labeled: $0) != nil }
      try annotation.add(segment.mask, labeled: known ?? segment.type.meaning, labels, &bothLungs)
    }
    try annotation.split(bothLungs)
    for layer in [SegmentationLayer.rightLung, .leftLung] where annotation[layer]?.isEmpty ?? false { annotation[layer] = nil }
    return annotation
  }
}
