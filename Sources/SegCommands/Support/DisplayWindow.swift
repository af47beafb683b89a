import ImageOps

/// The intensities that are shown from black to white where a picture is looked at.
struct DisplayWindow {
  let range: ClosedRange<Float>
  /// "window 12 to 240 (0.5th to 99.5th percentile)".
  let oneLine: String

  /// The file's own window, or else what lies between the 0.5th and the 99.5th percentile.
  init(of image: GrayImage, polling cancellation: Cancellation = .never) throws {
    if let window = image.window {
      range = window.center - window.width / 2...window.center + window.width / 2
      oneLine = "window \(Self.text(range)) (the file's own)"
      return
    }
    let bounds = try image.percentiles([0.5, 99.5], polling: cancellation)
    range = bounds[0]...max(bounds[0], bounds[1])
    oneLine = "window \(Self.text(range)) (0.5th to 99.5th percentile)"
  }

  private static func text(_ range: ClosedRange<Float>) -> String {
    "\(NumberFormat.significant(Double(range.lowerBound))) to \(NumberFormat.significant(Double(range.upperBound)))"
  }
}
