import Basics
import ImageOps

/// Lungs and opacity as a DICOM segmentation.
public enum DICOMSegmentationFile {
  private static let anatomy = DICOMCode("123037004", "SCT", "Anatomical Structure")
  private static let abnormal = DICOMCode("49755003", "SCT", "Morphologically abnormal structure")

  private static func codes(of layer: SegmentationChannel) -> (type: DICOMCode, category: DICOMCode) {
    switch layer {
    case .rightLung: (DICOMCode("3341006", "SCT", "Right lung"), anatomy)
    case .leftLung: (DICOMCode("44029006", "SCT", "Left lung"), anatomy)
    // No standard code covers haziness, ground glass and consolidation together.
    case .opacity: (DICOMCode("OPACITY", "99SEGSH", "Lung opacity"), abnormal)
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
    for layer in SegmentationChannel.allCases {
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
      let isKnown = labels.layers(labeled: segment.label) != nil
      try annotation.add(segment.mask, labeled: isKnown ? segment.label : segment.type.meaning, labels, &bothLungs)
    }
    try annotation.split(bothLungs)
    for layer in [SegmentationChannel.rightLung, .leftLung] where annotation[layer]?.isEmpty ?? false { annotation[layer] = nil }
    return annotation
  }
}
