import Basics
import ImageOps
import SegLang
import SegValues

/// The DICOM file that the X-ray of a value was read from.
package struct XRayFile {
  package let bytes: [UInt8]

  /// - Parameters:
  ///   - size: of the value; what it was made from has this size.
  ///   - use: what refers to the X-ray, such as "a DICOM segmentation".
  /// - Throws: `CommandProblem.noDICOM` if the X-ray was not DICOM, `.movedPixels` if the value no longer lies where the file's pixels lie,
  ///   `.badAnnotations` if the file changed; `CodecError`.
  package init(of size: Size, for use: String, _ context: Context) throws {
    let found = context.origins.lazy.compactMap { $0.xray(of: size) }.first
    guard let source = found?.image.source, source.format == .dicom, let file = Self.file(source.sha256, context) else {
      // An image that was resized or cropped has another size, or no source.
      let isDICOM = context.origins.flatMap(\.ancestry).flatMap(\.files).contains { $0.role == .input && $0.isDICOM }
      if isDICOM, let moving = Self.moving(in: context) { throw CommandProblem.movedPixels(use, moving) }
      throw CommandProblem.noDICOM(use, found?.image.source?.format.map { "\($0)".uppercased() })
    }
    if let moving = Self.moving(in: context) { throw CommandProblem.movedPixels(use, moving) }
    bytes = try FileBytes.read(context.existing(Path(file.name)))
    guard SHA256.hexDigest(of: bytes) == file.sha256 else {
      throw CommandProblem.badAnnotations("the X-ray", "its file changed since it was read")
    }
  }

  private static func file(_ digest: String, _ context: Context) -> StepFile? {
    context.origins.flatMap(\.ancestry).flatMap(\.files).first { $0.role == .input && $0.sha256 == digest }
  }

  /// The command on the way from the X-ray that moved pixels; nil where none did.
  private static func moving(in context: Context) -> String? {
    context.origins.flatMap(\.mainLine).first { $0.movesPixels }?.command
  }
}
