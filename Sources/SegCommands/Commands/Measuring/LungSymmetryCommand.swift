import ImageOps
import SegLang
import SegModel

/// `lung-symmetry`: right against left.
struct LungSymmetryCommand: Command {
  static let category = Category.measuring
  static let summary = "Compares the right and left lung: area, height, shape and intensity."
  static let discussion = """
    Ratios divide the smaller by the larger value. dice compares the right lung with the left lung mirrored about the best vertical axis. With \
    an image, the mean intensities and their difference, right minus left, are added. A healthy left lung is the smaller one.
    """
  static let examples = [
    Example("p = phantom; p.lungs | lung-symmetry", "Compares the lungs of the phantom."),
    Example("p = phantom; (p.lungs | lung-symmetry image=p).mean_difference", "Measures which lung is brighter."),
  ]
  static let seeAlso = ["cardiothoracic-ratio", "severity"]
  static let keywords = ["asymmetry", "compare", "sides"]

  @Input("Lung labels: 1 right, 2 left.") var lungs: LabelImage
  @Option("Image for the intensities. Default: the image that the lungs were computed from.") var image: GrayImage?

  func run(_ context: Context) throws -> Record {
    let beneath = image ?? context.ancestor(GrayImage.self).flatMap { $0.size == lungs.size ? $0 : nil }
    let found = try context.sided(lungs).lungSymmetry(beneath: beneath)
    var fields: [(String, any Value)] = [
      ("area_ratio", found.areaRatio), ("height_ratio", found.heightRatio), ("dice", found.dice), ("axis", found.axis),
      ("area_right", Double(found.area.right)), ("area_left", Double(found.area.left)),
    ]
    if let mean = found.mean {
      fields += [("mean_right", mean.right), ("mean_left", mean.left), ("mean_difference", mean.right - mean.left)]
    }
    return Record(fields)
  }
}
