/// An image file format.
public enum ImageFormat: String, Hashable, Sendable, CaseIterable {
  /// PNG, JPEG, TIFF, NPY (NumPy), NIfTI-1, NRRD or DICOM; DICOM is read only.
  case png, jpeg, tiff, npy, nifti, nrrd, dicom

  /// The file extensions of this format, lowercase, the usual one first.
  public var fileExtensions: [String] {
    switch self {
    case .png: ["png"]
    case .jpeg: ["jpg", "jpeg", "jpe"]
    case .tiff: ["tif", "tiff"]
    case .npy: ["npy"]
    case .nifti: ["nii", "nii.gz"]
    case .nrrd: ["nrrd"]
    case .dicom: ["dcm", "dicom"]
    }
  }

  /// Whether images can be written in this format; DICOM is read only.
  public var canBeWritten: Bool { self != .dicom }

  /// Whether samples can be floating-point numbers.
  var holdsFractions: Bool { [.tiff, .npy, .nifti, .nrrd].contains(self) }

  /// Whether samples can be whole numbers of 32 bits.
  var holdsLargeLabels: Bool { [.npy, .nifti, .nrrd].contains(self) }

  /// Whether files state the pixel spacing.
  public var holdsSpacing: Bool { [.nifti, .nrrd].contains(self) }

  /// The format of a file extension (`png`, `.TIF`); nil for any other.
  public init?(fileExtension: String) {
    let ending = (fileExtension.hasPrefix(".") ? String(fileExtension.dropFirst()) : fileExtension).lowercased()
    guard let format = Self.allCases.first(where: { $0.fileExtensions.contains(ending) }) else { return nil }
    self = format
  }

  /// The format by the path's extension; nil without an extension, or if it is not one of an image format.
  public init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
    self.init(fileExtension: Self.isCompressed(path) ? "nii.gz" : String(name[name.index(after: dot)...]))
  }

  /// Whether the name is that of a NIfTI file compressed by gzip.
  public static func isCompressed(_ path: String) -> Bool { path.lowercased().hasSuffix(".nii.gz") }

  /// The format of a file by its first bytes, at least ``headCount`` of them; nil for any other kind of file. O(1).
  ///
  /// A DICOM file may lack its preamble, or have one that looks like another format's header.
  public init?(signatureOf bytes: UnsafeRawBufferPointer) {
    func starts(_ signature: [UInt8]) -> Bool {
      bytes.count >= signature.count && signature.indices.allSatisfy { bytes[$0] == signature[$0] }
    }
    if DICOMStart.hasPrefix(bytes) {
      self = .dicom
    } else if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if starts([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if starts([0x49, 0x49, 42, 0]) || starts([0x4D, 0x4D, 0, 42]) || starts([0x49, 0x49, 43, 0]) || starts([0x4D, 0x4D, 0, 43]) {
      self = .tiff
    } else if starts([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) {
      self = .npy
    } else if starts(Array("NRRD000".utf8)) {
      self = .nrrd
    } else if starts([0x1F, 0x8B, 8]) || NIfTICodec.hasHeader(bytes) {
      self = .nifti
    } else if DICOMStart.isBare(bytes) {
      self = .dicom
    } else {
      return nil
    }
  }
}

extension ImageFormat: CustomStringConvertible {
  /// The format's name, such as `PNG`.
  public var description: String { self == .nifti ? "NIfTI" : rawValue.uppercased() }
}

extension ImageFormat {
  /// The format of a file's bytes.
  static func recognized(in bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> ImageFormat {
    guard !bytes.isEmpty else { throw .empty }
    guard let format = ImageFormat(signatureOf: bytes) else { throw .unknownFormat(firstBytes: Array(bytes.prefix(8))) }
    return format
  }
}
