import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// How a region is written in a COCO or YOLO file.
package enum RegionCoding: String, Choice {
  case polygons, rle, counts, boxes

  package var choiceHelp: String {
    switch self {
    case .polygons: "along pixel edges"
    case .rle: "run lengths as compressed text (pycocotools)"
    case .counts: "run lengths as numbers"
    case .boxes: "bounding boxes (YOLO)"
    }
  }

  /// How COCO writes it; nil for boxes alone.
  package var coco: COCOFile.Coding? {
    switch self {
    case .polygons: .polygons
    case .rle: .rle
    case .counts: .counts
    case .boxes: nil
    }
  }
}

/// A file of annotations, by a name of its own where the ending does not say it.
package enum AnnotationForm: String, Choice {
  case labelme, coco, labels, seg, imagej, geojson, slicer, yolo, voc

  package var choiceHelp: String {
    switch self {
    case .labelme: "LabelMe JSON, default for .json"
    case .coco: "COCO JSON, default for .coco.json"
    case .labels: "a label image, default for .png"
    case .seg: "a DICOM segmentation, default for .dcm"
    case .imagej: "an ImageJ ROI set, default for .zip"
    case .geojson: "GeoJSON for QuPath, default for .geojson"
    case .slicer: "a 3D Slicer segmentation, default for .seg.nrrd"
    case .yolo: "YOLO polygons or boxes, default for .txt"
    case .voc: "Pascal VOC boxes, default for .xml"
    }
  }

  /// Whether it holds labels of any name, and the file extension alone selects it.
  package var holdsAnyLabel: Bool {
    switch self {
    case .labelme, .coco, .labels, .seg: false
    case .imagej, .geojson, .slicer, .yolo, .voc: true
    }
  }

  /// Whether regions are polygons that need not be exact.
  package var canBeSimplified: Bool { [.labelme, .coco, .yolo].contains(self) }

  private static let endings: [(ending: String, form: AnnotationForm)] = [
    (".zip", .imagej), (".geojson", .geojson), (".seg.nrrd", .slicer), (".txt", .yolo), (".xml", .voc),
  ]

  /// What a segmentation becomes in a file of this name; nil for a name that says nothing of the kind.
  package init?(fileName: String) {
    let name = fileName.lowercased()
    if name.hasSuffix(".coco.json") {
      self = .coco
    } else if name.hasSuffix(".json") {
      self = .labelme
    } else if let (_, form) = Self.endings.first(where: { name.hasSuffix($0.ending) }) {
      self = form
    } else if [".png", ".tif", ".tiff", ".npy", ".nii", ".nii.gz", ".nrrd"].contains(where: name.hasSuffix) {
      self = .labels
    } else if name.hasSuffix(".dcm") {
      self = .seg
    } else {
      return nil
    }
  }
}

/// Writes lungs and opacity with what the lineage knows of their X-ray.
package struct AnnotationWriting {
  /// Lungs and opacity; of labels of any name the size alone.
  package let annotation: Annotation
  package let path: Path
  package let context: Context

  package init(_ annotation: Annotation, path: Path, context: Context) {
    self.annotation = annotation
    self.path = path
    self.context = context
  }

  /// The X-ray that the masks were made from.
  private var xray: GrayImage? {
    context.origins.lazy.compactMap { $0.xray(of: annotation.size)?.image }.first
  }

  /// The step that read the X-ray's file.
  private var file: StepFile? {
    guard let digest = xray?.source?.sha256 else { return nil }
    return context.origins.flatMap(\.ancestry).flatMap(\.files).first { $0.role == .input && $0.sha256 == digest }
  }

  /// - Parameters:
  ///   - embeds: whether the image is inside; nil: where no image file is named that LabelMe could open.
  ///   - hidesName: whether the X-ray's file is not named.
  ///   - tolerance: largest distance in px between outlines and polygons.
  package func labelMe(embeds: Bool?, hidesName: Bool, simplifiedWithin tolerance: Double) throws -> [UInt8] {
    let canBeOpened = file.map { !hidesName && !$0.isDICOM && !$0.name.lowercased().hasSuffix(".npy") } ?? false
    let picture = xray
    let data = try (embeds ?? !canBeOpened) ? picture.map { try embedded($0) } : nil
    let name = canBeOpened ? file.map { Self.relative($0.name, from: path.text) } : nil
    return try LabelMeFile.encoded(annotation, imagePath: name ?? stem + ".png", imageData: data, simplifiedWithin: tolerance)
  }

  /// The image as a PNG that keeps its intensities, or where a PNG cannot hold them, spread over it, which a note says.
  private func embedded(_ picture: GrayImage) throws -> [UInt8] {
    let keeping = EncodingOptions(keepsValues: true)
    do { return try picture.encoded(as: .png, options: keeping) } catch {
      guard case .cannotHold(_, let what) = error.problem else { throw error }
      context.note("the embedded PNG cannot hold \(what); they were rescaled for display")
      return try picture.encoded(as: .png)
    }
  }

  package func coco(_ coding: COCOFile.Coding, hidesName: Bool, simplifiedWithin tolerance: Double) throws -> [UInt8] {
    try COCOFile.encoded(annotation, fileName: imageName(hidesName), coding: coding, simplifiedWithin: tolerance)
  }

  /// The name of the X-ray's file without folders, or one made of the written file's.
  private func imageName(_ isHidden: Bool) -> String { file.flatMap { isHidden ? nil : Path($0.name).name } ?? stem + ".png" }

  /// A file of labels of any name.
  package func regions(
    _ masks: LabeledMasks, as form: AnnotationForm, boxes: Bool, hidesName: Bool, simplifiedWithin tolerance: Double
  ) throws -> [UInt8] {
    switch form {
    case .imagej: return try ImageJROIFile.encoded(masks)
    case .geojson: return try GeoJSONFile.encoded(masks)
    case .slicer: return try masks.slicerSegmentation.encoded()
    case .voc: return try PascalVOCFile.encoded(masks, fileName: imageName(hidesName))
    default:
      try writeClasses(YOLOFile.classes(of: masks))
      return try YOLOFile.encoded(masks, asBoxes: boxes, simplifiedWithin: tolerance)
    }
  }

  /// The names of the classes, which all label files of a folder share.
  private func writeClasses(_ bytes: [UInt8]) throws {
    let classes = Path(path.text.dropLast(path.name.count) + YOLOFile.classesName)
    let file = context.resolved(classes)
    if FilePaths.exists(file), try FileBytes.read(file) != bytes { throw CommandProblem.otherClasses(classes.text) }
    try context.output(bytes, to: classes)
  }

  package var labels: LabelImage { LabelImageFile.encoded(annotation) }

  /// - Parameter namesPatient: whether the patient's name and number are taken over.
  package func dicom(namesPatient: Bool) throws -> [UInt8] {
    let bytes = try XRayFile(of: annotation.size, for: "a DICOM segmentation", context).bytes
    let algorithm = context.segmentationModel.map { DICOMSegmentation.Algorithm(model: $0.name, sha256: $0.sha256) }
    return try DICOMSegmentationFile.encoded(
      annotation, over: bytes, named: "the X-ray", namesPatient: namesPatient, algorithm: algorithm)
  }

  /// The file's name without folders and endings.
  private var stem: String {
    let stem = path.stem
    return stem.lowercased().hasSuffix(".coco") ? String(stem.dropLast(5)) : stem
  }

  /// A path as seen from the folder of another.
  package static func relative(_ path: String, from other: String) -> String {
    if path.hasPrefix("/") || path.hasPrefix("~") { return path }
    var folders = other.split(separator: "/", omittingEmptySubsequences: true).dropLast().filter { $0 != "." }
    guard !other.hasPrefix("/"), !other.hasPrefix("~"), !folders.contains("..") else { return Path(path).name }
    var parts = path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
    while let first = folders.first, parts.count > 1, first == parts.first {
      folders.removeFirst()
      parts.removeFirst()
    }
    return (folders.map { _ in ".." } + parts).joined(separator: "/")
  }
}
