/// A note on what reading a file decided, changed or ignored.
public enum ReadingRemark: Hashable, Sendable {
  // Any format.
  /// The first of several frames or pages was read.
  case firstOf(Int, String)
  /// Color pixels were converted to gray.
  case colorToGray
  /// Transparency was ignored.
  case transparencyLeftOut
  /// Samples per pixel that are neither gray, color nor alpha were ignored.
  case extraSamples(Int)
  /// Values that do not fit into 24 significant bits were rounded.
  case rounded(count: Int)
  /// Low values are white in the file (MinIsWhite); the image was inverted.
  case whiteIsZero
  /// The file states fewer significant bits (sBIT) than its samples have.
  case significantBits(Int, of: Int)

  // NIfTI and NRRD.
  /// Columns or rows were reversed, because the header states that they run to the patient's right or head.
  case mirrored(columns: Bool, rows: Bool)
  /// The slice is neither coronal nor axial; the pixels are kept as stored.
  case otherPlane

  // Masks and labels.
  /// A mask file has this many different values; every nonzero pixel is inside.
  case notTwoValued(levels: Int)
  /// Palette index 0, which is outside the mask, is not black.
  case brightOutside

  // DICOM.
  /// The DICOM preamble is missing; the encoding was assumed.
  case missingPreamble(assumed: String)
  /// The data set is encoded otherwise than the transfer syntax states; it is read as found.
  case otherEncoding(named: String, found: String)
  /// An attribute is missing; its value was assumed.
  case missing(String, assumed: String)
  /// An attribute is not used, with the reason.
  case notUsed(String, String)
  /// Attributes contradict each other; the text says what was done.
  case contradiction(String)
  /// Padding pixels (with their value) were set to the darkest value and excluded from statistics.
  case padding(count: Int, String)
  /// Every pixel is padding, so padding was ignored.
  case paddingIsAll(String)
  /// Pixels exceed BitsStored; they are kept as stored.
  case aboveBitsStored(count: Int, bits: Int, largest: Int)
  /// Pixels have bits set outside the stored bits; these bits were ignored.
  case unusedBits(count: Int, bits: Int)
  /// PhotometricInterpretation contradicts the JPEG data; the data decides.
  case colorTransform(named: String, found: String)
  /// JPEG 2000 data is wrapped in a JP2 file; its codestream was read.
  case boxes
  /// The pixel data has no sequence delimiter; it was read to the end of the file.
  case noDelimiter
  /// The header states a magnification factor, with the row and column spacing in the patient in mm.
  case magnification(factor: String, row: String, column: String)
  /// Pixels are not square and their size is unknown; the value is PixelAspectRatio.
  case aspectRatio(String)
  /// The image holds raw detector values (FOR PROCESSING).
  case forProcessing
  /// Text in the pixels may identify the patient (BurnedInAnnotation).
  case burnedIn
  /// PatientOrientation differs from the usual one; its value and what it means.
  case orientation(String, String)
}

extension ReadingRemark: CustomStringConvertible {
  /// The note as an English sentence without a final period.
  public var description: String {
    func pixels(_ count: Int) -> String { count == 1 ? "1 pixel" : "\(count) pixels" }
    switch self {
    case .firstOf(let count, let unit): return "the file has \(count) \(unit)s; only the first is read"
    case .colorToGray: return "the image is in color; it is converted to gray (Rec. 601 luma)"
    case .transparencyLeftOut: return "the image has transparent pixels; transparency is ignored"
    case .extraSamples(let count):
      return
        "the file has \(count == 1 ? "1 extra sample" : "\(count) extra samples") per pixel, which \(count == 1 ? "is" : "are") ignored"
    case .rounded(let count):
      return
        "\(count == 1 ? "1 value does" : "\(count) values do") not fit into 24 significant bits and \(count == 1 ? "is" : "are") rounded"
    case .whiteIsZero: return "low values are white in this file (MinIsWhite); the image is inverted so that high values are bright"
    case .significantBits(let bits, let all):
      return "the file states \(bits) significant bits (sBIT); values are kept as stored, in \(all) bits"
    case .mirrored(let columns, let rows):
      return
        "the header states another orientation; the image is mirrored \(columns ? "left to right" : "")\(columns && rows ? " and " : "")"
        + "\(rows ? "top to bottom" : ""), so that the patient's right is on the left and the head is at the top"
    case .otherPlane: return "the header states a plane that is neither coronal nor axial; the pixels are kept as stored"
    case .notTwoValued(let levels):
      return "the file has \(levels) different values; every nonzero pixel belongs to the mask"
    case .brightOutside: return "palette index 0 is not black; pixels with index 0 are outside the mask, whatever their color"
    case .missingPreamble(let assumed): return "the DICOM preamble and meta information are missing; the file is read as \(assumed)"
    case .otherEncoding(let named, let found):
      return "the transfer syntax states \(named), but the data set is \(found); it is read as \(found)"
    case .missing(let name, let assumed): return "\(name) is missing; \(assumed) is assumed"
    case .notUsed(let name, let reason): return "\(name) is not used: \(reason)"
    case .contradiction(let text): return text
    case .padding(let count, let value):
      return "\(pixels(count)) of padding (\(value)) are set to the darkest value and excluded from statistics and automatic thresholds"
    case .paddingIsAll(let value): return "every pixel is padding (\(value)), so padding is ignored"
    case .aboveBitsStored(let count, let bits, let largest):
      return "\(pixels(count)) exceed BitsStored \(bits) (largest value \(largest)); they are kept as stored"
    case .unusedBits(let count, let bits):
      return "\(pixels(count)) have bits set outside the \(bits) stored bits; these bits are ignored"
    case .colorTransform(let named, let found):
      return "PhotometricInterpretation is \(named), but the JPEG data is \(found); it is read as \(found)"
    case .boxes: return "the JPEG 2000 data is wrapped in a JP2 file, which DICOM does not allow; its codestream is read"
    case .noDelimiter: return "the pixel data has no sequence delimiter; it is read to the end of the file"
    case .magnification(let factor, let row, let column):
      return "EstimatedRadiographicMagnificationFactor is \(factor): the pixel spacing in the patient is about \(row) x \(column) mm."
        + " Lengths are measured at the detector; to correct them, state the spacing (spacing=\(row)mm)"
    case .aspectRatio(let ratio):
      return "PixelAspectRatio is \(ratio): pixels are not square and their size is unknown, so lengths and angles in px are distorted"
    case .burnedIn:
      return "BurnedInAnnotation is YES: text in the pixels may identify the patient. Cover or crop it before you share the image"
    case .forProcessing:
      return "PresentationIntentType is FOR PROCESSING: raw detector values, not processed for viewing"
    case .orientation(let value, let meaning): return "PatientOrientation is \(value): \(meaning)"
    }
  }
}
