import Basics
import ImageOps
import SegLang

/// What a saved file does not keep of a value, in sentences for notes. They name the format and not the file, so that a batch shows each of them once.
package enum SavedValues {
  // MARK: Images

  package static func remarks(_ image: any EncodableImage, _ format: ImageFormat, _ mapping: SampleMapping) -> [String] {
    var remarks = [values(image, format, mapping)].compactMap { $0 }
    if format == .jpeg { remarks.append("JPEG is lossy: the saved intensities differ slightly") }
    let lost = metadata(image, format, mapping)
    if !lost.isEmpty { remarks.append("\(format) does not keep \(listed(lost))") }
    if image is ColorImage, format == .npy { remarks.append("`load` reads only gray NPY arrays; this one is rows x columns x 3") }
    return remarks
  }

  private static func values(_ image: any EncodableImage, _ format: ImageFormat, _ mapping: SampleMapping) -> String? {
    let kind = image is ProbabilityMap ? "probabilities" : "intensities"
    switch mapping {
    case .exact(bits: 16):
      guard let image = image as? GrayImage, image.bitDepth <= 8 else { return nil }
      let top = max(image.range.upperBound, image.pixels.max() ?? 0)
      return top <= 255 ? nil : "saved with 16 bits per pixel, because 8 bits cannot hold intensities up to \(NumberFormat.plain(top))"
    case .exact(bits: 32) where format == .tiff: return "saved as 32-bit floating point to keep the exact \(kind)"
    case .exact: return nil
    case .rounded:
      return format == .jpeg
        ? nil : "\(kind) were rounded to whole numbers, because \(format) cannot hold fractions here; NPY and TIFF keep them"
    case .spread(let range, let bits, let clipped, let notNumbers):
      let (low, high, top) = (NumberFormat.plain(range.lowerBound), NumberFormat.plain(range.upperBound), bits == 8 ? "255" : "65535")
      var parts: [String] = []
      if low != "0" || high != top { parts.append("\(kind) \(low) to \(high) were rescaled to 0 to \(top)") }
      if clipped > 0 { parts.append("\(NumberFormat.grouped(clipped)) px outside \(low) to \(high) were clipped") }
      if notNumbers > 0 { parts.append("\(NumberFormat.grouped(notNumbers)) px that are not numbers were set to 0") }
      if parts.isEmpty { parts.append("\(kind) were rounded to whole numbers") }
      return parts.joined(separator: "; ") + (format == .jpeg ? "" : "; NPY keeps the values")
    }
  }

  /// What belongs to the image and has no place in the file.
  private static func metadata(_ image: any EncodableImage, _ format: ImageFormat, _ mapping: SampleMapping) -> [String] {
    var lost: [String] = []
    if !format.holdsSpacing, let spacing = (image as? any PixelGrid)?.spacing, spacing != .unknown {
      lost.append("the pixel \(spacing.oneLine)")
    }
    if let image = image as? GrayImage {
      if let read = readRange(image, format, mapping), read != image.range {
        lost.append(
          "the nominal range \(NumberFormat.plain(image.range.lowerBound)) to \(NumberFormat.plain(image.range.upperBound)) (when read again, 40% refers to"
            + " \(NumberFormat.plain(read.lowerBound)) to \(NumberFormat.plain(read.upperBound)))")
      }
      if image.window != nil { lost.append("the file's display window") }
    }
    if let labels = image as? LabelImage, !labels.names.isEmpty {
      lost.append("the label names" + (labels.areLungs ? " (load-labels with lungs=true restores them)" : ""))
    }
    return lost
  }

  /// The nominal range of the image that the file will be read as; nil where its values were changed in any case.
  private static func readRange(_ image: GrayImage, _ format: ImageFormat, _ mapping: SampleMapping) -> ClosedRange<Float>? {
    switch mapping {
    case .exact(bits: 8), .rounded(bits: 8): return 0...255
    case .exact(bits: 16), .rounded: return 0...65535
    case .exact:
      var (low, high) = (Float.infinity, -Float.infinity)
      for value in image.pixels where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
      return low <= high ? low...high : nil
    case .spread: return nil
    }
  }

  private static func listed(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  // MARK: JSON

  /// What JSON does not hold of a value.
  package static func remarks(json value: any Value) -> [String] {
    var remarks: [String] = []
    if Self.holdsPixels(value) {
      remarks.append("JSON describes an image without its pixels; save it as .png, .tif or .npy to keep them")
    }
    let count = value.json.notFiniteCount
    if count > 0 {
      remarks.append("\(NumberFormat.grouped(count)) number\(count == 1 ? " that is" : "s that are") not finite were written as null")
    }
    return remarks
  }

  private static func holdsPixels(_ value: any Value) -> Bool {
    switch value {
    case let list as List: list.items.contains(where: holdsPixels)
    case let record as Record: record.fields.contains { holdsPixels($0.value) }
    default: type(of: value).isImageLike
    }
  }
}
