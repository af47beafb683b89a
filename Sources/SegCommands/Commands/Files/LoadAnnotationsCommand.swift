import ImageOps
import SegLang
import SegModel

/// `load-annotations`: lungs and opacity that a reader drew.
struct LoadAnnotationsCommand: Command {
  static let category = Category.files
  static let summary = "Reads lungs and opacity that a reader drew over an X-ray: LabelMe, COCO, label PNG or DICOM SEG."
  static let discussion = """
    The form is told by the content. Labels are right_lung, left_lung and opacity (lungs stands for both and is parted; ground_glass and consolidation are \
    opacity); others are told and left out. The file has to be about a picture of the X-ray's size; shapes that reach out of it are clipped, and that is told. \
    Of a COCO file about several pictures, the one with the X-ray's file name is taken. Opacity stays inside the lungs, where lungs are drawn.
    """
  static let examples = [
    Example(
      "p = phantom; p | segment | save case.json; load-annotations (p) case.json | severity", "Reads what was saved for LabelMe."),
    Example(
      "phantom | segment | save case.coco.json regions=rle; phantom | load-annotations case.coco.json | overlay",
      "Shows what a COCO file holds."),
  ]
  static let seeAlso = ["load", "load-mask", "load-labels", "save", "include"]
  static let extensions = ["json", "png", "tif", "npy", "dcm"]

  @Input("X-ray that was annotated.") var image: GrayImage
  @Argument("File to read.", extensions: extensions) var path: Path

  func run(_ context: Context) throws -> Segmentation {
    let bytes = try context.input(path)
    let annotation: Annotation
    do {
      annotation = try AnnotationFile.decode(
        bytes, name: path.text, image: image.source?.name, size: image.size, polling: context.cancellation)
    } catch let error as AnnotationError { throw CommandProblem.badAnnotations(path.text, "\(error)") }
    tell(annotation.remarks, context)
    let (segmentation, outside) = try annotation.segmentation(spacing: image.spacing)
    if outside > 0 {
      context.note("\(NumberFormat.grouped(outside)) px of opacity lie outside the lungs and do not count")
    }
    return segmentation
  }

  private func tell(_ remarks: Annotation.Remarks, _ context: Context) {
    for label in remarks.unknownLabels.prefix(8) {
      let near = nearNames(to: label.lowercased(), in: SegmentationChannel.labels)
      context.note(
        "the label `\(label)` is not known and left out"
          + (near.isEmpty ? "" : "; did you mean \(near.map { "`\($0)`" }.joined(separator: " or "))?"))
    }
    if remarks.unknownLabels.count > 8 { context.note("and \(remarks.unknownLabels.count - 8) labels more") }
    if let name = remarks.pictureName, let source = image.source, source.format != .dicom,
      AnnotationFile.stem(name) != AnnotationFile.stem(source.name)
    {
      context.note("the file was drawn over `\(name)`, and the X-ray is `\(source.name)`; see that they are the same picture")
    }
    if remarks.clipped > 0 {
      context.note(
        "\(remarks.clipped) shape\(remarks.clipped == 1 ? " reaches" : "s reach") out of the picture and \(remarks.clipped == 1 ? "is" : "are") clipped"
      )
    }
    if remarks.notRegions > 0 {
      context.note("\(remarks.notRegions) shape\(remarks.notRegions == 1 ? " is" : "s are") no region and left out")
    }
  }
}
