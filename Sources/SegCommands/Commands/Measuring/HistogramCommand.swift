import ImageOps
import SegLang
import SegValues

/// `histogram`: how often each intensity occurs.
struct HistogramCommand: Command {
  static let category = Category.measuring
  static let summary = "Computes the intensity histogram."
  static let discussion = """
    Bins have equal width and cover the nominal range of the image; the level of a bin is its center.
    """
  static let examples = [
    Example("phantom | histogram bins=16", "Counts in 16 bins."),
    Example("p = phantom; p | histogram within=p.lungs | save lungs.csv", "Writes the histogram of the lungs to a file."),
  ]
  static let seeAlso = ["threshold", "stretch-contrast"]
  static let keywords = ["distribution", "intensities"]

  @Input("Image to measure.") var image: GrayImage
  @Option("Number of bins.", in: 1...65_536) var bins = 64
  @Option("Mask of the pixels to count. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> Table {
    let histogram = try image.histogram(bins: bins, within: within)
    let total = Double(max(1, histogram.counts.reduce(0, +)))
    return Table(
      columns: ["level", "count", "percent"],
      rows: histogram.counts.enumerated().map { bin, count in [histogram.center(bin), Double(count), 100 * Double(count) / total] },
      rowName: "bin")
  }
}
