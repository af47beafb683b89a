import ImageOps
import Plotting
import SegLang
import SegModel
import SegValues

/// The form in which a value is saved.
package enum SavedForm {
  /// The SVG of what is drawn: a plot, or the images of a sweep; nil for anything else.
  package static func drawing(of value: any Value, note: String? = nil) throws -> String? {
    switch value {
    case let plot as Plot: try plot.figure.svg(note: note)
    case let sweep as Sweep: try sweep.contactSheet().svg(title: sweep.oneLine, note: note)
    default: nil
    }
  }

  /// What of a value can be an image file.
  /// - Parameter keepsSpacing: whether the file states the pixel spacing.
  package static func picture(of value: any Value, keepsSpacing: Bool = false) throws -> (any EncodableImage)? {
    if let image = (value as? any PixelValue)?.grayImage { return image }
    if let segmentation = value as? Segmentation {
      var labels = LabelImageFile.encoded(Annotation(segmentation))
      if keepsSpacing { labels.spacing = segmentation.spacing }
      return labels
    }
    if let difference = value as? Difference { return difference.picture }
    return try value as? any EncodableImage ?? value.converted(to: ColorImage.self)
  }
}
