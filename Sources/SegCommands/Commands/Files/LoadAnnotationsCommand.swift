import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// `load-annotations`: lungs and opacity that a reader drew.
struct LoadAnnotationsCommand: Command {
  static let category = Category.files
  static let summary = "Reads lungs, opacity and structures that a reader drew: LabelMe, COCO, ImageJ, QuPath, Slicer, DICOM SEG."
  static let discussion = """
    The format is detected from the content. Recognized labels are right_lung, left_lung and opacity; lungs covers both and is split, and \
    ground_glass and consolidation count as opacity. Any other label is a structure, such as heart, which becomes a property of the segmentation. \
    Everything ignored is reported: labels that are no names, shapes without area, parts outside the image, \
    annotations of other images. The annotated image must have the size of the X-ray. From a COCO file with several images, the one whose path \
    matches the X-ray is used, compared by name and by the folders relative to the COCO file; more than one match is an error. A DICOM SEG may \
    be binary, fractional (values of one half and above count) or a label map; from a presentation state (GSPS), closed lines are read by the name \
    of their layer. labels= states what other labels mean, such as labels="Infiltrate=opacity, Herz=heart, Thorax=ignore" with right_lung, \
    left_lung, lungs, opacity, the name of a structure, or ignore. The values of a structured report are read with load-table. Opacity is clipped to \
    the lungs where lungs are drawn.
    """
  static let examples = [
    Example(
      "p = phantom; p | segment | save case.json; load-annotations (p) case.json | severity", "Reads back a LabelMe file."),
    Example(
      "phantom | segment | save case.coco.json encoding=rle; phantom | load-annotations case.coco.json | overlay",
      "Shows the contents of a COCO file."),
  ]
  static let seeAlso = ["load", "load-mask", "load-labels", "save", "include"]
  static let keywords = [
    "import", "labelme", "coco", "reader", "truth", "segmentation", "file", "imagej", "roi", "qupath", "geojson", "slicer", "nifti", "nrrd",
    "yolo",
  ]
  static let traits: CommandTraits = [.readsFiles]
  static let extensions = ["json", "png", "tif", "npy", "dcm", "zip", "roi", "geojson", "nii", "nii.gz", "nrrd", "txt"]

  @Input("X-ray that was annotated.") var image: GrayImage
  @Argument("Annotation file to read.", extensions: extensions) var path: Path
  @Option("Meaning of other labels, as LABEL=LAYER with commas between them.") var labels: String?

  func run(_ context: Context) throws -> Segmentation {
    let bytes = try context.input(path)
    var annotation: Annotation
    func decoded(_ structures: LabelMapping.Structures) throws -> Annotation {
      try AnnotationFile.decode(
        bytes, name: path.text, image: imagePath(context), classes: classes(context), size: image.size, labels: mapping(structures))
    }
    do {
      annotation = try decoded(.all)
      let names = Set(annotation.structures.keys)
      let spelled = names.filter { !isMisspelled($0) }
      if spelled.count < names.count { annotation = try decoded(.named(spelled)) }
    } catch let error as AnnotationError { throw CommandProblem.badAnnotations(path.text, "\(error)") }
    for remark in annotation.remarks.reading { context.note("\(remark)", about: path.name) }
    for note in notes(annotation.remarks) { context.note(note, about: path.name) }
    if SegmentationChannel.allCases.allSatisfy({ annotation[$0] == nil }) {
      let names = annotation.structures.keys.sorted().map(\.description).joined(separator: ", ")
      context.note("the file has structures only (\(names)); labels= states which of them mean lungs or opacity", about: path.name)
    }
    if let name = annotation.remarks.imageName { checkImage(name, context) }
    checkInstance(annotation.remarks.instances, context)
    let (segmentation, outside) = try annotation.segmentation(spacing: image.spacing)
    if outside > 0 {
      context.note("\(NumberFormat.grouped(outside)) px of opacity lie outside the lungs and are ignored", about: path.name)
    }
    return segmentation
  }

  /// The names of the classes of a YOLO file, from the file of classes in its folder.
  private func classes(_ context: Context) throws -> [String] {
    guard path.fileExtension.lowercased() == "txt" else { return [] }
    let file = Path(path.text.dropLast(path.name.count) + YOLOFile.classesName)
    guard FilePaths.exists(context.resolved(file)) else { return [] }
    return String(decoding: try context.input(file, limit: 1 << 20), as: UTF8.self).split(whereSeparator: \.isNewline).map { $0.trimmed() }
  }

  /// - Throws: `CommandProblem.outOfRange` for text that is not a pair.
  private func mapping(_ structures: LabelMapping.Structures) throws -> LabelMapping {
    guard let labels else { return LabelMapping([:], structures: structures) }
    var stated: [String: [SegmentationLayer]] = [:]
    for pair in labels.split(separator: ",") {
      let parts = pair.split(separator: "=", omittingEmptySubsequences: false).map { String($0).trimmed() }
      let layer = parts.last ?? ""
      guard parts.count == 2, !parts[0].isEmpty, let layers = layer == "ignore" ? [] : layers(named: layer) else {
        throw CommandProblem.outOfRange(
          "labels", "`\(labels)`",
          "pairs such as Infiltrate=opacity, with right_lung, left_lung, lungs, opacity, the name of a structure, or ignore")
      }
      stated[parts[0]] = layers
    }
    return LabelMapping(stated, structures: structures)
  }

  private func layers(named name: String) -> [SegmentationLayer]? {
    if let layers = SegmentationChannel.layers(labeled: name) { return layers }
    return (try? StructureName(name)).flatMap { isMisspelled($0) ? nil : [.structure($0)] }
  }

  /// Whether a name is nearly a label of lungs or opacity, and so more likely a typing error than a structure.
  private func isMisspelled(_ name: StructureName) -> Bool {
    !nearNames(to: name.description, in: SegmentationChannel.labels).isEmpty
  }

  // MARK: Which image

  /// The file that the X-ray was read from.
  private func imageFile(_ context: Context) -> StepFile? {
    guard let source = image.source else { return nil }
    return context.origins.flatMap(\.ancestry).flatMap(\.files).first {
      $0.role == .input && Path($0.name).name == source.name && $0.sha256 == source.sha256
    }
  }

  /// The X-ray's path as seen from the folder of the annotations, absolute where it lies elsewhere; nil where it was read from no file.
  private func imagePath(_ context: Context) -> String? {
    guard let file = imageFile(context) else { return image.source?.name }
    let folder = FilePaths.absolute(context.resolved(path)).split(separator: "/").dropLast()
    let image = FilePaths.absolute(context.resolved(Path(file.name)))
    let parts = image.split(separator: "/")
    return parts.starts(with: folder) ? parts.dropFirst(folder.count).joined(separator: "/") : image
  }

  /// Notes that the file names another image than the X-ray.
  private func checkImage(_ name: String, _ context: Context) {
    guard let source = image.source, source.format != .dicom, let path = imagePath(context) else { return }
    if !ImagePath(name).mayBe(ImagePath(path)) {
      context.note(
        "the file was drawn over `\(name)`, and the X-ray is `\(path.hasPrefix("/") ? Path(path).name : path)`; check that they are the same image"
      )
    }
  }

  /// Notes that a DICOM segmentation refers to another X-ray.
  private func checkInstance(_ instances: [String], _ context: Context) {
    guard !instances.isEmpty, image.source?.format == .dicom, let file = imageFile(context),
      let bytes = try? FileBytes.read(context.existing(Path(file.name))), let instance = DICOMSegmentation.instance(of: bytes)
    else { return }
    if !instances.contains(instance) {
      context.note(
        "the file refers to another X-ray (the SOP Instance UIDs differ); check that they belong together", about: path.name)
    }
  }

  // MARK: What is not used

  private func notes(_ remarks: Annotation.Remarks) -> [String] {
    var notes = remarks.unknownLabels.prefix(8).map { label in
      let near = nearNames(to: label.lowercased(), in: SegmentationChannel.labels)
      return "the label `\(label)` is unknown: \(Self.counted(remarks.unknownShapes[label] ?? 0, "shape is", "shapes are")) left out"
        + (near.isEmpty ? "" : "; did you mean \(near.map { "`\($0)`" }.alternatives)?")
    }
    func add(_ count: Int, _ one: String, _ many: String) {
      if count > 0 { notes.append(Self.counted(count, one, many)) }
    }
    let more = remarks.unknownLabels.dropFirst(8)
    add(more.count, "more label is unknown and left out", "more labels are unknown and left out")
    add(
      remarks.notRegions, "shape has no area (a point, a line, a polygon with fewer than 3 points, or only a box) and is ignored",
      "shapes have no area (points, lines, polygons with fewer than 3 points, or only boxes) and are ignored")
    add(
      remarks.withoutPixels, "region covers no pixel of the image and is left out", "regions cover no pixel of the image and are left out")
    add(remarks.clipped, "shape reaches out of the image and is clipped", "shapes reach out of the image and are clipped")
    add(
      remarks.crowds, "region is marked as a crowd (iscrowd) and used as one region",
      "regions are marked as crowds (iscrowd) and used as regions")
    add(remarks.ofOtherImages, "annotation is about another image and is left out", "annotations are about other images and are left out")
    add(
      remarks.ofUnlistedImages, "annotation is about an image that the file does not list, and is left out",
      "annotations are about images that the file does not list, and are left out")
    for flag in remarks.unknownFlags.prefix(8) { notes.append("the flag `\(flag)` is not used") }
    add(remarks.unknownFlags.dropFirst(8).count, "more flag is not used", "more flags are not used")
    add(
      remarks.undescribedFrames, "frame or label belongs to a segment that the file does not describe, and is left out",
      "frames or labels belong to segments that the file does not describe, and are left out")
    if remarks.isFractional { notes.append("the segmentation is fractional; pixels of at least half the maximum count as inside") }
    return notes
  }

  private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
    count == 1 ? "1 \(one)" : "\(NumberFormat.grouped(count)) \(many)"
  }
}
