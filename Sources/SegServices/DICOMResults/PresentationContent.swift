import Basics
import ImageOps
internal import Platform
import SegModel
import SegValues

/// Outlines, zone lines and labels as a presentation state; the layers are named as `load-annotations` reads them.
extension CaseObjects.Content {
  /// Points that one line can have where FL values have a length of 16 bits.
  private static let mostPoints = 8190

  func addPresentation(to object: inout DICOMObject, _ xray: DICOMXRay) throws {
    object.add("label", "SEGSH")
    object.add("title", "Lungs, opacity and zones by segsh; research use")
    object.add("size", "\(image.size.width)", "\(image.size.height)")
    if let rescale = xray.rescale { object.add("rescale", rescale.intercept, rescale.slope) }
    let (center, width) = try window
    object.add("window", NumberFormat.short(center, 4), NumberFormat.short(width, 4))
    object.add("shape", image.polarity == .invertedFromMonochrome1 ? "INVERSE" : "IDENTITY")
    if let spacing = xray.pixelSpacing {
      object.add("spacing", spacing.row, spacing.column)
    } else {
      object.add("aspect", xray.aspectRatio.row, xray.aspectRatio.column)
    }
    func layer(_ name: String, _ meaning: String, _ color: NamedColor) {
      object.add("layer", [name, meaning] + color.rgb.scaledLab.map { "\($0)" })
    }
    let layers: [(SegmentationChannel, NamedColor, Mask)] = [
      (.rightLung, .skyblue, lungs.mask(of: LabelImage.rightLung)), (.leftLung, .green, lungs.mask(of: LabelImage.leftLung)),
      (.opacity, .orange, opacity),
    ]
    for (channel, color, mask) in layers {
      let name = channel.label.uppercased()
      layer(name, channel.label.split(separator: "_").joined(separator: " "), color)
      for outline in try mask.outlines() { addOutline(outline, in: name, to: &object) }
    }
    layer("ZONES", "zones, percentages and research notice", .yellow)
    let zones = ViewZones(lungs)
    for line in zones.lines {
      object.add("polyline", "ZONES", "\(line.first) \(line.row) \(line.end) \(line.row)")
    }
    for label in zones.labels {
      let share = LungZone(rawValue: label.name).flatMap { severity.zones[$0] }.map { " " + NumberFormat.percentage($0.value) } ?? ""
      object.add("text", "ZONES", label.name + share, NumberFormat.short(label.column + 0.5, 1), "\(label.row)")
    }
    let percent = severity.percent.map { "Lung opacity \(NumberFormat.percentage($0.value)). " } ?? ""
    let warning = severity.doubt.map { " WARNING: \($0.finding)." } ?? ""
    object.add("text", "ZONES", percent + "Research use, not a diagnosis." + warning, "2", "2")
  }

  private func addOutline(_ outline: [PixelCorner], in layer: String, to object: inout DICOMObject) {
    // Of an outline with more corners than a line can have, evenly spread ones are kept.
    let step = max(1, (outline.count + Self.mostPoints - 1) / Self.mostPoints)
    var corners = step == 1 ? outline : stride(from: 0, to: outline.count, by: step).map { outline[$0] }
    if let first = corners.first { corners.append(first) }
    object.add("polyline", layer, corners.map { "\($0.column) \($0.row)" }.joined(separator: " "))
  }

  /// Center and width of the linear window that the X-ray is shown with, for its values before black and white were exchanged.
  private var window: (center: Double, width: Double) {
    get throws {
      let shown = try DisplayWindow(of: image).range
      var (low, high) = (Double(shown.lowerBound), Double(shown.upperBound))
      if image.polarity == .invertedFromMonochrome1 {
        let sum = Double(image.range.lowerBound) + Double(image.range.upperBound)
        (low, high) = (sum - high, sum - low)
      }
      // LINEAR (PS3.3, C.11.2.1.2): black at center - 0.5 - (width - 1) / 2.
      return ((low + high + 1) / 2, max(1, high - low + 1))
    }
  }
}

extension RGB {
  /// CIELab under D50 in the scaling of DICOM (PS3.3, C.10.7.1.1): L* of 0 to 100 and a*, b* of -128 to 127 as 0 to 65535.
  fileprivate var scaledLab: [Int] {
    func linear(_ level: UInt8) -> Double {
      let value = Double(level) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let (r, g, b) = (linear(red), linear(green), linear(blue))
    // sRGB to XYZ, adapted to D50 (Bradford), relative to the white point.
    let x = (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422
    let y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b
    let z = (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521
    func curve(_ value: Double) -> Double { value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116 }
    let lab = [116 * curve(y) - 16, 500 * (curve(x) - curve(y)), 200 * (curve(y) - curve(z))]
    return [lab[0] * 655.35, (lab[1] + 128) * 257, (lab[2] + 128) * 257].map { Int(min(max($0, 0), 65535).rounded()) }
  }
}
