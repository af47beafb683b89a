import Basics
import ImageOps
import Network
import Platform
import SegLang
import SegModel
import SegServices
import SegValues
import Terminal

/// What `segsh model` does with weight files.
enum ModelFiles {
  /// Applies a network to a float32 array of images and writes its raw logits; times it where asked to repeat it.
  static func run(weights path: String, input: String, output: String, repeats: Int) throws {
    Interrupt.install(isInteractive: false)
    let file = try Safetensors(path: path)
    let configuration = try UNetConfiguration(inferredFrom: file.entries.mapValues(\.shape))
    var weights: [String: Tensor] = [:]
    for name in file.names { weights[name] = try file.tensor(name) }
    let array = try NPYArray.read(from: input)
    let network = try InferenceNetwork(configuration, weights: weights)
    let pictures = Tensor(shape: array.shape, values: array.values)
    let bar = ProgressLine()
    bar.start("model run")
    defer { bar.stop() }
    let result = try network.predict(pictures) { bar.report($0, "model run") }
    bar.stop()
    try NPYArray(shape: result.logits.shape, values: result.logits.values).write(to: output)
    guard repeats > 0 else { return }
    let timing = try Timing(name: "model-run", size: array.shape[3], repeats: repeats) {
      _ = try network.predict(pictures)
    }
    Console.shared.write(timing.json + "\n")
  }

  /// Prints the models that came with the program: name, and what their files say of their training.
  static func list() throws {
    let models = ModelLibrary.models
    guard !models.isEmpty else {
      Console.shared.tell("no models found; searched \(ModelLibrary.folders.joined(separator: ", "))")
      throw ExitStatus.runtimeError
    }
    for model in models {
      let text: String
      do {
        let file = try TrainedNetwork(path: model.path)
        text =
          "\(file.configuration.architecture.rawValue), width \(file.configuration.width), \(file.side) px"
          + (file.segmentsLungs ? "" : ", for structures=: \(file.classes)")
      } catch {
        text = "cannot be used: \(error)"
      }
      Console.shared.write("\(model.name.padded(to: 16))\(text)\n")
    }
  }

  /// The way of preparing images that an option names; nil for another word.
  static func normalization(_ name: String) -> InputNormalization? {
    switch name {
    case "image": .image
    case "film": .film
    case "ellipse": .ellipse
    default: nil
    }
  }

  /// Writes a model of weights that another program trained.
  static func importWeights(
    _ path: String, to target: String, normalization name: String, side: Int, about: String?, license: String?
  ) throws {
    guard FilePaths.exists(path) else { throw ScriptFile.Problem.missing(path, near: ScriptFile.near(path)) }
    let foreign = try ForeignWeights(path: path)
    var notes = ["recipe": "imported from \(foreign.format)"]
    if let about { notes["data"] = about }
    if let license { notes["licence"] = license }
    let model = try SegmentationModel(foreign, side: side, normalization: normalization(name) ?? .image, notes: notes)
    try model.write(to: target)
    let ignored = foreign.tensors.count - model.weights.count
    let rest = ignored == 0 ? "" : "; \(ignored) other tensor\(ignored == 1 ? "" : "s") ignored"
    Console.shared.write(
      "wrote \(target): \(model.configuration.architecture.rawValue), width \(model.configuration.width), \(side) px\(rest)\n"
        + "not calibrated: no intervals and no reader scores; segsh calibrate computes them from models of folds\n")
  }

  /// Writes a model as ONNX, and prints what another program has to know of it.
  static func export(_ path: String?, to target: String) throws {
    let source = try ModelLibrary.path(of: path ?? ModelLibrary.standardName)
    let model: any ExportableModel =
      try TrainedNetwork(path: source).segmentsLungs ? SegmentationModel(path: source) : StructureModel(path: source)
    try AtomicFile.write(model.onnx(version: ProgramVersion.text), to: target, for: .user)
    let classes = model.configuration.classes
    var lines = [
      "wrote \(target): ONNX operator set \(ONNXExport.operatorSet)", "input: image, N×1×\(model.side)×\(model.side), float32",
      "output: probabilities, N×\(classes)×\(model.side)×\(model.side), float32",
    ]
    for note in model.exchangeNotes where ["classes", "preprocessing", "postprocessing", "not_included"].contains(note.key) {
      lines.append("\(note.key): \(note.value)")
    }
    Console.shared.write(lines.joined(separator: "\n") + "\n")
  }

  /// Prints the metadata, the architecture and the size of a weight file.
  static func describe(_ path: String?, asJSON: Bool) throws {
    let path = try ModelLibrary.path(of: path ?? ModelLibrary.standardName)
    let file = try Safetensors(path: path)
    let configuration = try? UNetConfiguration(inferredFrom: file.entries.mapValues(\.shape))
    let parameters = file.entries.values.reduce(0) { $0 + $1.count }
    let bytes = file.entries.values.reduce(0) { $0 + $1.bytes.count }
    if asJSON {
      let json: JSON = [
        "file": .string(path), "tensors": .number(Double(file.entries.count)), "numbers": .number(Double(parameters)),
        "bytes": .number(Double(bytes)),
        "metadata": .object(file.metadata.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }),
      ]
      Console.shared.write(json.text + "\n")
      return
    }
    var lines = ["file: \(path)"]
    if let configuration {
      lines.append(
        "network: \(configuration.architecture.rawValue), width \(configuration.width), \(configuration.inChannels) in, \(configuration.classes) out"
      )
    }
    lines.append("parameters: \(parameters) in \(file.entries.count) tensors, \(bytes >> 10) KiB")
    let heldOut = try SegmentationModel.heldOut(in: file)
    for (key, value) in file.metadata.sorted(by: { $0.key < $1.key }) where key != SegmentationModel.heldOutKey {
      // Hundreds of digests say nothing to a reader; --json has them.
      let isDigests = key == SegmentationModel.learnedFromKey
      lines.append("\(key): " + (isDigests ? "\(value.split(separator: " ").count) images, as digests (see --json)" : value))
    }
    if !heldOut.isEmpty {
      lines.append("\nCross-validation, on patients that the judging model had not seen:\n\n" + Evaluation.table(of: heldOut))
    }
    Console.shared.write(lines.joined(separator: "\n") + "\n")
  }
}
