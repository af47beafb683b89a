import Basics

/// An error in reading or writing an image file: the file's name and the problem.
public enum CodecError: Error, Hashable, Sendable {
  /// Reading failed. `name` is the path, or the name that the caller passed for the bytes.
  case unreadable(name: String, CodecProblem)
  /// Writing failed. `name` is the path.
  case unwritable(name: String, CodecProblem)
}

/// Why an image file cannot be read or written.
public enum CodecProblem: Error, Hashable, Sendable {
  /// The operating system refused access; the value is its message.
  case system(String)
  /// The path is a folder.
  case isFolder
  /// The path is not a regular file, such as a device or a pipe.
  case isNotAFile
  /// The file has this many bytes, more than the limit.
  case tooManyBytes(Int, limit: Int)
  /// The file has no bytes.
  case empty
  /// The file starts with the signature of no supported format (at most 8 bytes are kept).
  case unknownFormat(firstBytes: [UInt8])
  /// The file ends before its image does.
  case truncated(ImageFormat, reason: String)
  /// The content contradicts the format or itself.
  case damaged(ImageFormat, reason: String)
  /// The file uses a valid feature of its format that this library does not support.
  case unsupported(ImageFormat, feature: String)
  /// The file has no frame of this number, counted from 1; the count is that of its frames.
  case noFrame(Int, count: Int)
  /// A frame was asked for by number, which only DICOM files have.
  case notFramed(ImageFormat)
  /// The image cannot have this many columns and rows; see ``Size/isValid``.
  case invalidSize(ImageFormat, width: Int, height: Int)
  /// The path's extension is not that of a format that can be written.
  case unknownEnding
  /// The format cannot represent the values, such as a mask in a JPEG file.
  case cannotHold(ImageFormat, what: String)
  /// The library that decodes or encodes the format reported an error.
  case library(ImageFormat, reason: String)
  /// The image needs more memory than is available.
  case tooLarge(MemoryShortage)
}

extension CodecError: CustomStringConvertible {
  /// The problem with the name of the file, such as "cannot read `x.png`: the file is empty".
  public var description: String {
    switch self {
    case .unreadable(let name, let problem): "cannot read `\(name)`: \(problem)"
    case .unwritable(let name, let problem): "cannot write `\(name)`: \(problem)"
    }
  }

  /// The problem, whether in reading or in writing.
  public var problem: CodecProblem {
    switch self {
    case .unreadable(_, let problem), .unwritable(_, let problem): problem
    }
  }
}

extension CodecProblem: CustomStringConvertible {
  /// The problem as an English clause, such as `the file is empty`.
  public var description: String {
    switch self {
    case .system(let reason): reason
    case .isFolder: "it is a folder"
    case .isNotAFile: "it is not a regular file"
    case .tooManyBytes(let count, let limit): "the file has \(count) bytes; an image file can have at most \(limit)"
    case .empty: "the file is empty"
    case .unknownFormat(let bytes):
      "it is not a PNG, JPEG, TIFF, NPY, NIfTI, NRRD or DICOM file: it starts with \(Self.spelled(bytes))"
    case .truncated(let format, let reason): "the \(format) file is truncated: \(reason)"
    case .damaged(let format, let reason): "the \(format) file is damaged: \(reason)"
    case .unsupported(let format, let feature): "\(format) with \(feature) is not supported"
    case .noFrame(_, 1): "the file has 1 frame: omit frame="
    case .noFrame(let frame, let count): "the file has \(count) frames: frame= must be 1 to \(count), not \(frame)"
    case .notFramed(let format): "frame= is for DICOM files, and this is a \(format) file: omit frame="
    case .invalidSize(let format, let width, let height):
      "the \(format) file claims \(width)x\(height) pixels; an image can have 1 to \(Size.maximumSide) per side"
        + " and at most \(Size.maximumCount) in total"
    case .unknownEnding: "the file name must end in .png, .jpg, .tif, .npy, .nii, .nii.gz or .nrrd"
    case .cannotHold(let format, let what): "\(format) cannot hold \(what)"
    case .library(let format, let reason): "\(format): \(reason)"
    case .tooLarge(let shortage): "\(shortage)"
    }
  }

  private static func spelled(_ bytes: [UInt8]) -> String {
    if bytes.allSatisfy({ (0x20...0x7E).contains($0) }) { return "\"\(String(decoding: bytes, as: UTF8.self))\"" }
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}

extension CodecProblem {
  /// Holds what a file declares against the memory that is left, before any of it is taken.
  /// - Throws: `tooLarge`.
  static func admit(_ bytes: Int, of size: Size? = nil) throws(CodecProblem) {
    if let shortage = MemoryBudget.shortage(of: bytes, for: size.map { "\($0) pixels" }) { throw .tooLarge(shortage) }
  }

  /// The same problem, for the file that contains the damaged image.
  func inside(_ format: ImageFormat) -> CodecProblem {
    switch self {
    case .truncated(let part, let reason): .truncated(format, reason: "\(part) inside: \(reason)")
    case .damaged(let part, let reason): .damaged(format, reason: "\(part) inside: \(reason)")
    case .unsupported(let part, let feature): .unsupported(format, feature: "\(part) with \(feature)")
    case .invalidSize(_, let width, let height): .invalidSize(format, width: width, height: height)
    default: self
    }
  }
}
