import Basics
import ImageOps
internal import Platform
import SegLang
import SegModel
import Synchronization

/// The digests of models by name in the recipe or lock that is replayed: a learned model that was replaced since is read in the version of then.
package enum RecordedModelsService: ServiceKey {
  package static var fallback: [String: String] { [:] }
}

/// A model that came with the program or was learned, or the path of a weights file.
package struct ModelName: ListedElsewhere, Hashable {
  package let oneLine: String

  package static let standard = ModelName(oneLine: ModelLibrary.standardName)
  package static let typeName = "Model"
  package static let typeHelp = "The name of a shipped or learned model, or the path of a model file."
  package static var literalHint: String? { "a model's name, or a .safetensors file" }
  package static var choices: [ChoiceName] { ModelLibrary.models.map { ChoiceName($0.name) } }

  package static func read(_ literal: Literal) throws(LiteralProblem) -> ModelName { ModelName(oneLine: literal.text) }

  package var literal: String? { Path(oneLine).literal }
}

/// Models that have been opened, so that each is opened once.
package enum ModelCache {
  private enum Network {
    case chest(Segmenter)
    case structures(StructureSegmenter)
  }

  private struct Opened {
    let network: Network
    let stamp: FileStamp
    var digest: String?
  }
  private static let opened = Mutex<[String: Opened]>([:])

  /// The model of lungs and opacity, which becomes part of the lineage.
  package static func segmenter(_ model: ModelName, _ context: Context) throws -> Segmenter {
    let (network, path) = try network(model, isOfStructures: false, context)
    guard case .chest(let segmenter) = network else { throw ModelError.segmentsStructures(path: path, []) }
    return segmenter
  }

  /// The model of structures, which becomes part of the lineage.
  package static func structureSegmenter(_ model: ModelName, _ context: Context) throws -> StructureSegmenter {
    let (network, path) = try network(model, isOfStructures: true, context)
    guard case .structures(let segmenter) = network else { throw ModelError.segmentsLungs(path: path) }
    return segmenter
  }

  private static func network(_ model: ModelName, isOfStructures: Bool, _ context: Context) throws -> (network: Network, path: String) {
    let name = model.oneLine
    let isPath = ModelLibrary.isPath(name)
    let path: String
    do {
      if isPath {
        path = try context.existing(Path(name))
      } else if let digest = context[RecordedModelsService.self][name] {
        path = try ModelLibrary.path(of: name, sha256: digest)
      } else {
        path = try ModelLibrary.path(of: name)
      }
    } catch is ModelError {
      throw CommandProblem.noSuchModel(name, known: ModelLibrary.models.map(\.name))
    }
    let shelved = try open(path, isOfStructures: isOfStructures, keepsPacked: !isPath)
    context.remember(StepFile(role: .model, name: name, byteCount: shelved.stamp.byteCount) { digest(of: path) })
    return (shelved.network, name)
  }

  /// Opens the standard model on another thread. A caller that needs it meanwhile waits; what goes wrong it will find out itself.
  package static func prepare() {
    guard let path = try? ModelLibrary.path(of: ModelLibrary.standardName) else { return }
    guard MemoryBudget.shortage(of: workingBytes(FileStamp(path))) == nil else { return }
    _ = BackgroundThread.start { _ = try? open(path, isOfStructures: false, keepsPacked: true) }
  }

  /// Weights as numbers, packed for the processor, and the threads that work on them.
  private static func workingBytes(_ stamp: FileStamp) -> Int { 16 * min(stamp.byteCount, 1 << 40) }

  private static func open(_ path: String, isOfStructures: Bool, keepsPacked: Bool) throws -> Opened {
    try opened.withLock { opened in
      if let shelved = opened[path] { return shelved }
      let stamp = FileStamp(path)
      try MemoryBudget.require(workingBytes(stamp))
      let network: Network =
        isOfStructures
        ? .structures(try StructureSegmenter(modelPath: path, keepsPacked: keepsPacked))
        : .chest(try Segmenter(modelPath: path, keepsPacked: keepsPacked))
      let shelved = Opened(network: network, stamp: stamp, digest: nil)
      opened[path] = shelved
      return shelved
    }
  }

  /// The models that have been opened, by name or path, each with the SHA-256 of its file.
  package static var digests: [(name: String, sha256: String)] {
    let paths = opened.withLock { Array($0.keys) }.sorted()
    let names = Dictionary(ModelLibrary.models.compactMap { model in (try? ModelLibrary.path(of: model.name)).map { ($0, model.name) } }) {
      first, _ in first
    }
    return paths.compactMap { path in digest(of: path).map { (names[path] ?? path, $0) } }
  }

  /// SHA-256 of the file that a name or path of a model stands for now; nil where there is none.
  package static func currentDigest(of name: String) -> String? {
    let path = ModelLibrary.isPath(name) ? name : try? ModelLibrary.path(of: name)
    return path.flatMap { try? FileBytes.read($0) }.map { SHA256.hexDigest(of: $0) }
  }

  /// SHA-256 of a model's file, taken when it is first asked for; nil when the file is no longer the one that was opened.
  private static func digest(of path: String) -> String? {
    opened.withLock { opened in
      guard var shelved = opened[path] else { return nil }
      if let digest = shelved.digest { return digest }
      guard FileStamp(path) == shelved.stamp, let bytes = try? FileBytes.read(path) else { return nil }
      shelved.digest = SHA256.hexDigest(of: bytes)
      opened[path] = shelved
      return shelved.digest
    }
  }
}

/// What tells that a file is still the one that was read.
package struct FileStamp: Equatable {
  package let byteCount: Int
  private let device: UInt
  private let number: UInt
  private let seconds: Int
  private let nanoseconds: Int

  /// All 0 where there is no file.
  package init(_ path: String) {
    var status = stat()
    guard stat(SystemPath.bytes(path), &status) == 0 else {
      (byteCount, device, number, seconds, nanoseconds) = (0, 0, 0, 0, 0)
      return
    }
    (byteCount, device, number) = (Int(status.st_size), UInt(status.st_dev), UInt(status.st_ino))
    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }

  /// Size and time of the last change, the same on every machine that has the file or a copy with its time.
  package var text: String { "\(byteCount) bytes, \(seconds).\(nanoseconds)" }
}
