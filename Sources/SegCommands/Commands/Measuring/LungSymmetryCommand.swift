import ImageOps
import SegLang

/// `lung-symmetry`: right against left.
struct LungSymmetryCommand: Command {
  static let category = Category.measuring
  static let summary = "Compares the right lung with the left one: areas, heights, shape, and brightness beneath."
  static let discussion = """
    Ratios are of the lesser by the greater. dice is that of the right lung and the left one mirrored about the upright axis that suits best. With a \
    picture, the mean intensity of each and the right's less the left's. A healthy left lung is the smaller one.
    """
  static let examples = [
    Example("p = phantom; p.lungs | lung-symmetry", "Compares the phantom's lungs."),
    Example("p = phantom; (p.lungs | lung-symmetry image=p).mean_difference", "Says which lung is brighter."),
  ]
  static let seeAlso = ["cardiothoracic-ratio", "severity"]
  static let keywords = ["asymmetry", "compare", "sides"]

  @Input("The lungs, label 1 right and 2 left.") var lungs: LabelImage
  @Option("Picture beneath; the one the lungs were made from where none is given.") var image: GrayImage?

  func run(_ context: Context) throws -> Record {
    let beneath = image ?? context.ancestor(GrayImage.self).flatMap { $0.size == lungs.size ? $0 : nil }
    let found = try context.sided(lungs).lungSymmetry(beneath: beneath, polling: context.cancellation)
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
