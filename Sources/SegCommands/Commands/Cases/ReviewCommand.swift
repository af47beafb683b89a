import SegLang
import SegModel
import SegServices
import SegValues

/// `review`: who reviewed a segmentation.
struct ReviewCommand: Command {
  static let category = Category.cases
  static let summary = "Records in the lineage that a reader reviewed a segmentation."
  static let discussion = """
    Returns the segmentation unchanged. The name of the reader is part of the lineage: of recipes, reports and locks of everything that is made \
    from the result, and it is the person observer of the report that dicom-results writes. The name is not removed by phi=hide. worklist reader= \
    runs review for each case that is accepted.
    """
  static let examples = [
    Example("phantom | segment | review reader=AB | severity", "Records AB as the reader of a segmentation."),
    Example(
      "phantom | segment | include rectangle [[200, 120], [260, 170]] | review reader=AB | save reviewed.json",
      "Records the reader of a correction in the saved file."),
  ]
  static let seeAlso = ["worklist", "dicom-results", "explain"]
  static let keywords = ["reader", "observer", "sign", "approve", "verify", "read by", "consensus"]

  @Input("Segmentation that was reviewed.") var segmentation: Segmentation
  @Option("Name or initials of the reader.") var reader: String

  func run(_ context: Context) throws -> Segmentation {
    _ = try ReaderName.checked(reader)
    return segmentation
  }
}
