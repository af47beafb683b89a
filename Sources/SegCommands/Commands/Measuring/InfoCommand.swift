import ImageOps
import SegLang
import SegValues

/// `info`: what is known of a value.
struct InfoCommand: Command {
  static let category = Category.measuring
  static let summary = "Shows the properties of a value: size, bit depth, spacing, intensities, areas."
  static let discussion = """
    Lists every property; each is available by name, such as img.mean. With phi=hide, stand-ins such as input1.png replace file names; the \
    digest identifies the file.
    """
  static let examples = [
    Example("phantom | info", "Describes an image."), Example("phantom | segment | info", "Describes a segmentation."),
  ]
  static let seeAlso = ["show", "regions", "severity"]
  static let keywords = ["properties", "metadata", "describe", "about"]

  @Input("Value to describe.") var value: AnyValue

  func run(_ context: Context) throws -> Facts {
    let subject = value.value
    let type = Swift.type(of: subject)
    var fields: [(name: String, value: any Value)] = []
    for property in type.properties {
      try context.checkCancellation()
      if let value = try property(subject) { fields.append((property.name, value)) }
    }
    if fields.isEmpty { fields.append(("value", subject)) }
    let names = context.fileNames()
    return Facts(
      title: names.hidden("\(type.typeName) \(subject.oneLine)"), fields: fields.map { ($0.name, names.hiding($0.value, named: $0.name)) })
  }
}
