import Basics
import ImageOps
import SegModel
import SegValues

/// The overlay as pixels, for viewers that show neither segmentations nor presentation states.
extension CaseObjects.Content {
  /// Longest side of the X-ray in the capture.
  private static let side = 2048

  /// The X-ray with outlines, zones, values, legend, warning and research notice; nil without a font, since the notice must be readable.
  /// - Throws: what resampling and drawing throw; `CancellationError`.
  func picture() throws -> ColorImage? {
    guard TextBitmap("notice", pixels: 12) != nil else { return nil }
    let size = CaseLayers.fitted(image.size, side: Self.side)
    let shown = size == image.size ? image : try image.resampled(to: size, using: .area)
    let labels = try lungs.resampled(to: size)
    let segmentation = Segmentation(lungs: labels, opacity: try opacity.resampled(to: size))
    let notices = [report.oneLine, ReportPage.notice, "segsh \(ProgramVersion.text)" + (model.map { ", model \($0.name)" } ?? "")]
    // Letters of the legend are about half as wide as they are high, and at most a 32nd of the shorter side high.
    let columns = max(40, size.width * 7 / 4 / max(12, min(size.width, size.height) / 32))
    var picture = try shown.overlaid(
      with: Drawable.segmentation(segmentation).layers(OverlayStyle()), showing: DisplayWindow(of: image).range, hasLegend: true,
      remarks: notices.flatMap { Self.lines(of: $0, columns: columns) })
    // A legend wider than the image centers it.
    draw(ViewZones(labels), over: size, left: (picture.size.width - size.width) / 2, on: &picture)
    return picture
  }

  /// A text as lines of at most so many characters; only a longer word makes a longer line.
  private static func lines(of text: String, columns: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < columns {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private func draw(_ zones: ViewZones, over size: Size, left: Int, on picture: inout ColorImage) {
    let (color, pixels) = (NamedColor.yellow.rgb, max(12, min(size.width, size.height) / 36))
    for line in zones.lines {
      picture.line(
        from: PixelPoint(row: Double(line.row), column: Double(left + line.first)),
        to: PixelPoint(row: Double(line.row), column: Double(left + line.end)),
        with: color, width: max(1, Double(min(size.width, size.height)) / 500))
    }
    for label in zones.labels {
      let share = LungZone(rawValue: label.name).flatMap { severity.zones[$0] }.map { " " + NumberFormat.percentage($0.value) } ?? ""
      let place = (row: label.row - pixels / 2, column: left + Int(label.column))
      for (row, column) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
        picture.write(
          label.name + share, row: place.row + row, column: place.column + column, pixels: pixels, with: RGB(gray: 0), anchor: .center)
      }
      picture.write(label.name + share, row: place.row, column: place.column, pixels: pixels, with: color, anchor: .center)
    }
  }
}
