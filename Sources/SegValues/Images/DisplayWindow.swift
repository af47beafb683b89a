import Basics
import ImageOps

/// The intensities that are shown from black to white where an image is looked at.
package struct DisplayWindow {
  package let range: ClosedRange<Float>
  /// "window 12 to 240 (0.5th to 99.5th percentile)".
  package let oneLine: String
  /// What the file proposes; nil where percentiles are shown.
  package let voi: VOI?

  /// The file's first window or VOI table, or else what lies between the 0.5th and the 99.5th percentile.
  package init(of image: GrayImage) throws {
    if let voi = image.voi.first {
      self.init(voi)
      return
    }
    let bounds = try image.percentiles([0.5, 99.5])
    self.init(range: bounds[0]...max(bounds[0], bounds[1]), note: "0.5th to 99.5th percentile")
  }

  /// One that the file proposes.
  package init(_ voi: VOI) {
    let own = "from the file" + (voi.name.map { " \($0)" } ?? "")
    switch voi {
    case .window(let window) where window.function == .sigmoid:
      self.init(range: voi.range, note: "\(own), SIGMOID; displayed as a linear ramp", voi: voi)
    case .window: self.init(range: voi.range, note: own, voi: voi)
    case .table: self.init(range: voi.range, note: "\(own) VOI table; displayed as a linear ramp", voi: voi)
    }
  }

  private init(range: ClosedRange<Float>, note: String, voi: VOI? = nil) {
    (self.range, self.voi) = (range, voi)
    oneLine = "window \(Self.text(range)) (\(note))"
  }

  private static func text(_ range: ClosedRange<Float>) -> String {
    "\(NumberFormat.significant(Double(range.lowerBound))) to \(NumberFormat.significant(Double(range.upperBound)))"
  }
}
