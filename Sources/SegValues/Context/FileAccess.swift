import Archive
import Basics
import ImageOps
internal import Platform
import SegLang

/// How commands reach files while something is replayed.
public struct FileAccess: Sendable {
  /// The file to read for a name in a line and the path that it stands for; nil: that path.
  public var reading: @Sendable (_ name: String, _ path: String) throws -> String?
  /// The names and files of a cohort in place of those that its pattern stands for now, which it may ask for; nil: these.
  public var listing: @Sendable (_ pattern: String, _ found: () -> [(name: String, path: String)]) throws -> [(name: String, path: String)]?
  /// The file to write instead; nil: that path.
  public var writing: @Sendable (_ name: String, _ path: String) throws -> String?
  /// Whether commands may send to an archive.
  public var sends = true

  public init(
    reading: @escaping @Sendable (_ name: String, _ path: String) throws -> String? = { _, _ in nil },
    writing: @escaping @Sendable (_ name: String, _ path: String) throws -> String? = { _, _ in nil },
    listing:
      @escaping @Sendable (_ pattern: String, _ found: () -> [(name: String, path: String)]) throws -> [(
        name: String, path: String
      )]? = { _, _ in nil }
  ) {
    self.reading = reading
    self.listing = listing
    self.writing = writing
  }
}

/// The program's own way to files; nil: lines mean the files that they name.
public enum FileAccessService: ServiceKey {
  public static var fallback: FileAccess? { nil }
}

extension Context {
  /// The bytes of an input file, which becomes part of the lineage with its digest.
  /// - Throws: `CommandProblem.noSuchFile`, `CodecError`.
  package func input(_ path: Path, limit: Int = FileBytes.limit) throws -> [UInt8] {
    // A replay knows the content of the pipe, and looks for a file that has it.
    let isPiped = path.isStandardStream && self[FileAccessService.self] == nil
    let bytes = isPiped ? try self[StandardStreamsService.self].read(limit) : try FileBytes.read(existing(path), limit: limit)
    let digest = SHA256.hexDigest(of: bytes)
    let isDICOM = bytes.withUnsafeBytes { ImageFormat(signatureOf: $0) == .dicom }
    remember(StepFile(role: .input, name: path.text, isDICOM: isDICOM, isArgument: true, byteCount: bytes.count) { digest })
    return bytes
  }

  /// Files that will be read later become part of the lineage; a digest is taken when it is asked for, of a file that is still the same.
  package func rememberInputs(_ paths: [Path], at files: [String]) {
    for (path, file) in zip(paths, files) { remember(StepFile(readLater: path, at: file)) }
  }

  /// Reads an image of an input file; an error names the file as the line does.
  package func read<Decoded>(_ path: Path, as decode: ([UInt8], String) throws -> Decoded) throws -> Decoded {
    let bytes = try input(path)
    do { return try decode(bytes, path.name) } catch let error as CodecError {
      throw CodecError.unreadable(name: path.text, error.problem)
    }
  }

  /// Writes a file, which becomes part of the lineage.
  package func output(_ bytes: [UInt8], to path: Path) throws {
    let resolved = resolved(path)
    // A line that was stopped may have been left behind while it encoded.
    try checkCancellation()
    if let place = try self[FileAccessService.self]?.writing(path.text, resolved) {
      try FileBytes.write(bytes, to: place)
    } else if path.isStandardStream {
      try self[StandardStreamsService.self].write(bytes)
    } else {
      try FileBytes.write(bytes, to: resolved)
    }
    remember(StepFile(role: .output, name: path.text, byteCount: bytes.count) { SHA256.hexDigest(of: bytes) })
  }
}

extension Context {
  /// Removes a file that an earlier run wrote; a file that is not there is fine.
  package func remove(_ path: Path) throws {
    let resolved = resolved(path)
    let place = try self[FileAccessService.self]?.writing(path.text, resolved) ?? resolved
    if FilePaths.isRegularFile(place) { unlink(SystemPath.bytes(place)) }
  }
}

extension Context {
  /// The file at the target may be one that the value was made from, by whatever path: its digest tells.
  /// - Throws: `CommandProblem.wouldReplaceInput`.
  package func refuseToReplaceInput(_ path: Path) throws {
    let target = resolved(path)
    guard FilePaths.exists(target) else { return }
    let inputs = origins.flatMap(\.ancestry).flatMap(\.files).filter { $0.role == .input }
    guard !inputs.isEmpty, let bytes = try? FileBytes.read(target) else { return }
    let sameSize = inputs.filter { $0.byteCount == bytes.count }
    guard !sameSize.isEmpty else { return }
    let digest = SHA256.hexDigest(of: bytes)
    if sameSize.contains(where: { $0.sha256 == digest }) { throw CommandProblem.wouldReplaceInput(path.text) }
  }
}

extension StepFile {
  /// An input whose digest is taken when it is asked for, of a file that is still the same.
  package init(readLater path: Path, at file: String, isArgument: Bool = false) {
    if ArchiveAddress.isOne(file) {
      let bytes = ArchiveFiles.heldPlace(of: file).map { FileStamp($0).byteCount } ?? 0
      self.init(role: .input, name: path.text, isDICOM: true, isArgument: isArgument, byteCount: bytes) {
        (try? FileBytes.read(ArchiveFiles.place(of: file))).map { SHA256.hexDigest(of: $0) }
      }
      return
    }
    let stamp = FileStamp(file)
    self.init(
      role: .input, name: path.text, isDICOM: FilePaths.isDICOM(file), isArgument: isArgument, byteCount: stamp.byteCount
    ) {
      guard FileStamp(file) == stamp, let bytes = try? FileBytes.read(file) else { return nil }
      return SHA256.hexDigest(of: bytes)
    }
  }
}
