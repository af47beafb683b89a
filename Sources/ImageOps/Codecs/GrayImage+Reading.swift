import Basics

extension GrayImage {
  /// Reads an image file: PNG, JPEG, TIFF, NPY, NIfTI-1, NRRD or DICOM, recognized by its content and never by its name.
  ///
  /// - 8-bit and 16-bit intensities are as stored; 1 to 7 bits are spread over 0...255, rounded to nearest. Color is converted to gray by Rec. 601
  ///   luma (as Pillow's `convert("L")`, at 16 bits with the same weights); alpha is ignored.
  /// - JPEG and TIFF are turned upright by their orientation tag. CMYK is taken as inverted, as Adobe's programs write it.
  /// - NPY: a two-dimensional array of numbers or booleans.
  /// - NIfTI-1 and NRRD: a volume of one slice, upright by its stated orientation; see ``VolumeSlice``.
  /// - DICOM: the first frame, rescaled by slope and intercept or the modality table; MONOCHROME1 is inverted once within `range` and `polarity`
  ///   says so; `voi` holds the file's windows and VOI tables, `padding` its PixelPaddingValue. PixelSpacing is calibrated, ImagerPixelSpacing and
  ///   NominalScannedPixelSpacing are detector-plane. Nothing that identifies the patient is kept;
  ///   `source.examination` holds technique, view and body part, and whether the patient is a child.
  ///
  /// `range` is the nominal range (0...255, 0...65535, what BitsStored and the rescale imply; the extremes for floating point and more than 16 bits),
  /// `source` the file's name without folders and its SHA-256, `remarks` what was decided, changed or ignored.
  /// - Throws: `CodecError.unreadable`; sizes are checked before memory is allocated.
  public static func read(from path: String) throws(CodecError) -> GrayImage {
    do throws(CodecError) {
      let name = String(path.split(separator: "/").last ?? "")
      return try decode(try FileBytes.read(path), name: name)
    } catch { throw .unreadable(name: path, error.problem) }
  }

  /// Reads an image from a file's bytes; see ``read(from:)``.
  /// - Parameters:
  ///   - name: The file's name in `source` and in errors.
  ///   - frame: The number of a frame of a DICOM file, from 1; nil for the first frame, which is noted if there are more.
  public static func decode(_ bytes: [UInt8], name: String, frame: Int? = nil) throws(CodecError) -> GrayImage {
    do throws(CodecProblem) {
      return try bytes.decoded { bytes, format throws(CodecProblem) in
        var image = try grayImage(from: bytes, format, frame)
        image.source = Source(
          name: name, sha256: SHA256.hexDigest(of: bytes), format: format,
          examination: format == .dicom ? DICOMCodec.examination(of: bytes) : nil)
        return image
      }
    } catch { throw .unreadable(name: name, error) }
  }

  private static func grayImage(from bytes: UnsafeRawBufferPointer, _ format: ImageFormat, _ frame: Int?) throws(CodecProblem) -> GrayImage
  {
    if frame != nil, format != .dicom { throw .notFramed(format) }
    return switch format {
    case .png: try PNGCodec.grayImage(from: bytes)
    case .jpeg: try JPEGCodec.grayImage(from: bytes)
    case .tiff: try TIFFCodec.grayImage(from: bytes)
    case .npy: try ArrayLayout(npy: bytes).grayImage(from: bytes)
    case .nifti: try NIfTICodec.slice(of: bytes) { bytes, slice throws(CodecProblem) in try slice.grayImage(from: bytes) }
    case .nrrd: try NRRDCodec.slice(of: bytes) { bytes, slice throws(CodecProblem) in try slice.grayImage(from: bytes) }
    case .dicom: try DICOMCodec.grayImage(from: bytes, frame: frame)
    }
  }
}
