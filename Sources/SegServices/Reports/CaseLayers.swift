import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegValues

/// An X-ray with its layers as one inline SVG, and the controls that switch them.
package struct CaseLayers {
  /// Longest side of the images in a report, in pixels.
  private static let side = 1280

  package let part: ReportPart

  /// - Parameters:
  ///   - description: what there is to see, for those who do not.
  /// - Throws: what an operation on the images throws; `CancellationError`.
  package init(image: GrayImage, lungs: LabelImage, opacity: Mask, probability: ProbabilityMap?, severity: Severity, description: String)
    throws
  {
    let size = Self.fitted(image.size, side: Self.side)
    let shown = try image.resampled(to: size, using: .area)
    // Eight bits from nearly the darkest to nearly the brightest, so that the window can be moved.
    let ends = try image.percentiles([0.05, 99.95])
    let window = try DisplayWindow(of: image).range
    let (low, high) = (min(ends[0], window.lowerBound), max(ends[1], window.upperBound))
    let span = Double(max(high - low, .leastNormalMagnitude))
    func level(_ value: Float) -> Double { min(max(Double(value - low) / span, 0), 1) }
    let (start, end) = (level(window.lowerBound), level(window.upperBound))
    let width = max(1.0 / 255, end - start)
    let labels = try lungs.resampled(to: size)
    let heat = try probability.map { try Self.heat($0.resampled(to: size, using: .bilinear)) }
    var svg = """
      <svg class="stage" viewBox="0 0 \(size.width) \(size.height)" role="img" tabindex="0" aria-label="\(Markup.escaped(description))">
      <filter id="gray-window" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB"><feComponentTransfer>\(["R", "G", "B"].map {
        "<feFunc\($0) type=\"linear\" slope=\"\(Self.number(1 / width))\" intercept=\"\(Self.number(-start / width))\"/>"
      }.joined())</feComponentTransfer></filter>
      <image class="xray" width="\(size.width)" height="\(size.height)" filter="url(#gray-window)" href="\(try HTML.address(of: Self.gray(shown, low...high), as: .png))"/>

      """
    if let heat {
      svg +=
        "<image class=\"heat\" width=\"\(size.width)\" height=\"\(size.height)\" display=\"none\" href=\"\(try HTML.address(of: heat, as: .jpeg))\"/>\n"
    }
    let cut = try opacity.resampled(to: size)
    svg += "<g class=\"opacity\" opacity=\"0.4\"><path d=\"\(try Self.path(cut))\"/></g>\n<g class=\"lungs\">"
    for lung in Lung.allCases {
      svg += "<path class=\"\(lung.rawValue)\" d=\"\(try Self.path(labels.mask(of: lung.label)))\"/>"
    }
    let zones = ViewZones(labels)
    svg += "</g>\n" + Self.zones(zones, severity, size) + "</svg>\n"
    var paper = try PaperImage(
      shown.overlaid(
        with: Drawable.segmentation(Segmentation(lungs: labels, opacity: cut)).layers(OverlayStyle()), showing: window))
    paper.lines = zones.lines
    paper.labels = zones.labels.map { label in
      (label.name + Self.share(of: label.name, severity), Double(label.row), label.column)
    }
    part = ReportPart(html: svg + Self.controls(hasHeat: heat != nil, center: (start + end) / 2, width: width), blocks: [.image(paper)])
  }

  package static func fitted(_ size: Size, side: Int) -> Size {
    let longest = max(size.width, size.height)
    guard longest > side else { return size }
    return Size(width: max(1, size.width * side / longest), height: max(1, size.height * side / longest))
  }

  /// A gray image of 8 bits.
  package static func gray(_ image: GrayImage, _ range: ClosedRange<Float>) -> GrayImage {
    GrayImage(size: image.size, pixels: image.levels8(of: range).map { Float($0) }, range: 0...255, bitDepth: 8)
  }

  /// Bright where opacity is probable, black where it is not: laid over the X-ray by the brighter color.
  private static func heat(_ map: ProbabilityMap) throws -> ColorImage {
    let colors = (0...255).map { level in
      level < 8 ? RGB(gray: 0) : ColorMap.inferno.color(Double(level) / 255)
    }
    return ColorImage(
      size: map.size,
      pixels: map.pixels.flatMap { value -> [UInt8] in
        let color = colors[Int(min(max(value, 0), 1) * 255)]
        return [color.red, color.green, color.blue]
      })
  }

  /// A mask's outlines, holes left out.
  private static func path(_ mask: Mask) throws -> String {
    try mask.contours().map { contour in
      // Each third vertex of a long outline is enough at this size; corners of short ones are kept.
      let step = contour.vertices.count > 300 ? 2 : 1
      return stride(from: 0, to: contour.vertices.count, by: step).map { index in
        let vertex = contour.vertices[index]
        return (index == 0 ? "M" : "L") + number(vertex.column + 0.5) + " " + number(vertex.row + 0.5)
      }.joined() + "Z"
    }.joined()
  }

  private static func zones(_ zones: ViewZones, _ severity: Severity, _ size: Size) -> String {
    let text = max(10, min(size.width, size.height) / 30)
    let lines = zones.lines.map { "<line x1=\"\($0.first)\" x2=\"\($0.end)\" y1=\"\($0.row)\" y2=\"\($0.row)\"/>" }
    let labels = zones.labels.map { label in
      let share = share(of: label.name, severity)
      return
        "<text x=\"\(number(label.column))\" y=\"\(label.row)\" font-size=\"\(text)\" stroke-width=\"\(number(Double(text) / 6))\">\(label.name)\(share)</text>"
    }
    return "<g class=\"zones\">\(lines.joined())\(labels.joined())</g>\n"
  }

  private static func share(of zone: String, _ severity: Severity) -> String {
    LungZone(rawValue: zone).flatMap { severity.zones[$0] }.map { " " + NumberFormat.percentage($0.value) } ?? ""
  }

  private static func controls(hasHeat: Bool, center: Double, width: Double) -> String {
    func layer(_ name: String, _ label: String, key: Bool = true, isOn: Bool = true, strength: Int? = nil) -> String {
      "<input type=\"checkbox\" id=\"layer-\(name)\" data-layer=\"\(name)\"\(isOn ? " checked" : "")>"
        + "<label for=\"layer-\(name)\">\(key ? "<span class=\"key \(name)\"></span>" : "")\(label)</label>"
        + (strength.map {
          "<input type=\"range\" data-strength=\"\(name)\" min=\"0\" max=\"100\" value=\"\($0)\" aria-label=\"Opacity of the layer \(label)\">"
        } ?? "<span></span>")
        + "\n"
    }
    func range(_ id: String, _ label: String, _ low: Int, _ high: Int, _ value: String, step: String = "1") -> String {
      "<label class=\"wide\" for=\"\(id)\">\(label)</label><input type=\"range\" id=\"\(id)\" min=\"\(low)\" max=\"\(high)\" step=\"\(step)\" value=\"\(value)\">\n"
    }
    return "<fieldset class=\"controls\"><legend>Layers</legend>\n"
      + layer("lungs", "lungs (right blue, left dashed green)", strength: 100) + layer("opacity", "opacity", strength: 40)
      + (hasHeat ? layer("heat", "opacity probability", isOn: false, strength: 80) : "") + layer("zones", "zones", key: false)
      + range("center", "window center", 0, 255, "\(Int((center * 255).rounded()))")
      + range("width", "window width", 1, 255, "\(min(255, Int((width * 255).rounded())))") + range("zoom", "zoom", 1, 8, "1", step: "0.1")
      + "</fieldset>\n"
  }

  private static func number(_ value: Double) -> String { NumberFormat.short(value, 3) }
}
