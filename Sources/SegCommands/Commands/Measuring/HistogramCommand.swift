import ImageOps
import SegLang

/// `histogram`: how often each intensity occurs.
struct HistogramCommand: Command {
  static let category = Category.measuring
  static let summary = "Counts how often intensities occur."
  static let discussion = "The bins are equally wide and cover the picture's nominal range; the level of a bin is its middle."
  static let examples = [
    Example("phantom | histogram bins=16", "Counts in 16 bins."),
    Example("p = phantom; p | histogram within=p.lungs | save lungs.csv", "Counts inside the lungs and writes a file."),
  ]
  static let seeAlso = ["threshold", "stretch"]
  static let keywords = ["distribution", "intensities"]

  @Input("Picture to count in.") var image: GrayImage
  @Option("Number of bins.", in: 1...65_536) var bins = 64
  @Option("Mask in which to count.") var within: Mask?

  func run(_ context: Context) throws -> Table {
    let histogram = try image.histogram(bins: bins, within: within, polling: context.cancellation)
    let total = Double(max(1, histogram.counts.reduce(0, +)))
    return Table(
      columns: ["level", "count", "percent"],
      rows: histogram.counts.enumerated().map { bin, count in [histogram.center(bin), Double(count), 100 * Double(count) / total] },
      rowName: "bin")
  }
}
