import Basics
import ImageOps
import SegLang

/// A synthetic X-ray with its truth: `Phantom`. Counts as its image wherever one is wanted.
extension Phantom: Value {
  public static var typeName: String { "Phantom" }
  public static var typeHelp: String { "A synthetic chest X-ray with known lungs, opacity and heart." }
  public static var isImageLike: Bool { true }

  public var oneLine: String {
    let lungs = lungs.counts.values.reduce(0, +)
    let share = lungs > 0 ? Double(opacity.count) / Double(lungs) : 0
    return "\(image.oneLine), seed \(seed), true opacity \(NumberFormat.percent(share)) of the lungs"
  }

  public var json: JSON {
    ["seed": .number(Double(seed)), "image": image.json, "lungs": lungs.json, "opacity": opacity.json]
  }

  public var contentHash: String? { image.contentHash }

  public static var conversions: [Conversion] { [Conversion { (phantom: Phantom) in phantom.image }] }

  public static var operations: [Operation] { GrayImage.operations }

  public static var properties: [Property] {
    [
      Property("image", "The X-ray.") { (phantom: Phantom) in phantom.image },
      Property("lungs", "The true lung labels: 1 is the patient's right lung, 2 the left.") { (phantom: Phantom) in phantom.lungs },
      Property("opacity", "The true opacity mask.") { (phantom: Phantom) in phantom.opacity },
      Property("heart", "The true silhouette of the heart, without the great vessels.") { (phantom: Phantom) in phantom.heart },
      Property("width", "Number of columns.") { (phantom: Phantom) in phantom.image.size.width },
      Property("height", "Number of rows.") { (phantom: Phantom) in phantom.image.size.height },
      Property("spacing", "Pixel spacing.") { (phantom: Phantom) in
        phantom.image.spacing.millimetersPerPixel.map { Length.millimeters($0) }
      },
      Property("seed", "Random seed.") { (phantom: Phantom) in Double(phantom.seed) },
    ]
  }
}
