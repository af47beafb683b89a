/// A network as an ONNX model, for ONNX Runtime and other programs.
///
/// Input `image`, N×C×side×side, float32; output `probabilities`, N×classes×side×side: the sigmoid of the logits, averaged over the image and its mirror
/// image where wanted. The graph contains only operators of the standard set, number ``operatorSet``.
public struct ONNXExport {
  /// The version of the standard operator set that the graph uses.
  public static var operatorSet: Int { ONNXGraph.operatorSet }

  private let network: NetworkDescription
  private let configuration: UNetConfiguration
  private let weights: [String: Tensor]
  private var graph = ONNXGraph()

  /// The bytes of the model file.
  /// - Parameters:
  ///   - weights: weights by name, including running statistics. Unknown names are ignored.
  ///   - side: height and width of the input, a multiple of 32.
  ///   - mirroredClasses: for each class the one that it becomes in a mirror image; nil: no mirror image is predicted.
  ///   - notes: what the file says of itself, by keys.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`.
  public static func model(
    _ configuration: UNetConfiguration, weights: [String: Tensor], side: Int, mirroredClasses: [Int]?, summary: String,
    version: String, notes: [(key: String, value: String)]
  ) throws -> [UInt8] {
    var export = ONNXExport(configuration, weights)
    try NetworkLayers(export.network).check { weights[$0]?.shape }
    if let mirroredClasses { export.addMirrored(mirroredClasses) } else { export.addProbabilities(of: "image", to: "probabilities") }
    func shape(_ channels: Int) -> [ONNXGraph.Dimension] { [.named("N"), .fixed(channels), .fixed(side), .fixed(side)] }
    return export.graph.model(
      named: configuration.architecture.rawValue, input: ("image", shape(configuration.inChannels)),
      output: ("probabilities", shape(configuration.classes)), summary: summary, producer: ("segsh", version), notes: notes)
  }

  private init(_ configuration: UNetConfiguration, _ weights: [String: Tensor]) {
    self.configuration = configuration
    self.weights = weights
    network = NetworkDescription(configuration)
  }

  /// The mean of the probabilities of the image and of its mirror image, which run as one batch.
  private mutating func addMirrored(_ classes: [Int]) {
    let mirrored = addFlip(of: "image", to: "mirrored_image")
    graph.add("Concat", ["image", mirrored], to: ["both_images"], [("axis", .number(0))])
    addProbabilities(of: "both_images", to: "both_probabilities")
    graph.add("Split", ["both_probabilities"], to: ["own_probabilities", "mirrored_probabilities"], [("axis", .number(0))])
    let straight = addFlip(of: "mirrored_probabilities", to: "straight_probabilities")
    let order = graph.constant("mirrored_classes", classes)
    graph.add("Gather", [straight, order], to: ["other_probabilities"], [("axis", .number(1))])
    graph.add("Add", ["own_probabilities", "other_probabilities"], to: ["sum_of_probabilities"])
    let half = graph.constant("half", [0.5], shape: [])
    graph.add("Mul", ["sum_of_probabilities", half], to: ["probabilities"])
  }

  private mutating func addFlip(of input: String, to output: String) -> String {
    let (start, end) = (graph.constant("last", [-1]), graph.constant("before_first", [-Int(Int32.max)]))
    let (axis, step) = (graph.constant("columns", [3]), graph.constant("backwards", [-1]))
    return graph.add("Slice", [input, start, end, axis, step], to: [output])
  }

  private mutating func addProbabilities(of image: String, to output: String) {
    var maps = [String](repeating: "", count: network.steps.count)
    for index in network.order { maps[index] = addStep(index, image: image, maps) }
    graph.add("Sigmoid", [maps[network.logits]], to: [output])
  }

  /// - Returns: the name of the step's output.
  private mutating func addStep(_ index: Int, image: String, _ maps: [String]) -> String {
    let step = network.steps[index]
    var sources: [String] = []
    for (place, input) in step.inputs.enumerated() {
      let map = input.step.map { maps[$0] } ?? image
      guard input.isEnlarged else {
        sources.append(map)
        continue
      }
      let enlarged = addEnlargement(
        of: map, to: "step\(index)_input\(place)",
        [("mode", .text("nearest")), ("coordinate_transformation_mode", .text("asymmetric")), ("nearest_mode", .text("floor"))])
      sources.append(enlarged)
    }
    let name = "step\(index)"
    let residual = step.residual.map { maps[$0] }
    let source = sources.count == 1 ? sources[0] : graph.add("Concat", sources, to: [name + "_inputs"], [("axis", .number(1))])
    switch step.operation {
    case .enlargement:
      return addEnlargement(of: source, to: name, [("mode", .text("linear")), ("coordinate_transformation_mode", .text("half_pixel"))])
    case .maximum(let kernel, let stride): return graph.add("MaxPool", [source], to: [name], Self.window(kernel, stride))
    case .convolution(let kernel, let stride): return addUnit(step, source, residual: residual, to: name, Self.window(kernel, stride))
    case .depthwise(let kernel, let stride):
      return addUnit(
        step, source, residual: residual, to: name, Self.window(kernel, stride) + [("group", .number(step.channels))])
    }
  }

  /// Convolution, batch norm, residual sum and rectifier.
  private mutating func addUnit(
    _ step: NetworkDescription.Step, _ source: String, residual: String?, to name: String, _ window: [(String, ONNXGraph.Attribute)]
  ) -> String {
    let bias = step.norm == nil ? [weight(step.name + ".bias")] : []
    var map = graph.add("Conv", [source, weight(step.name + ".weight")] + bias, to: [name + "_convolution"], window)
    if let norm = step.norm {
      let parameters = ["weight", "bias", "running_mean", "running_var"].map { weight("\(norm).\($0)") }
      map = graph.add(
        "BatchNormalization", [map] + parameters, to: [name + "_normalized"],
        [("epsilon", .float(Float(network.normalization.epsilon)))])
    }
    if let residual { map = graph.add("Add", [map, residual], to: [name + "_sum"]) }
    switch step.rectifier {
    case .none: return map
    case .relu: return graph.add("Relu", [map], to: [name])
    case .relu6:
      let limits = [graph.constant("zero", [0], shape: []), graph.constant("six", [6], shape: [])]
      return graph.add("Clip", [map] + limits, to: [name])
    }
  }

  private static func window(_ kernel: Int, _ stride: Int) -> [(String, ONNXGraph.Attribute)] {
    [
      ("kernel_shape", .numbers([kernel, kernel])), ("strides", .numbers([stride, stride])),
      ("pads", .numbers([Int](repeating: kernel / 2, count: 4))),
    ]
  }

  private mutating func addEnlargement(of map: String, to name: String, _ attributes: [(String, ONNXGraph.Attribute)]) -> String {
    let factors = graph.constant("factors", [1, 1, 2, 2], shape: [4])
    return graph.add("Resize", [map, "", factors], to: [name], attributes)
  }

  private mutating func weight(_ name: String) -> String {
    guard let tensor = weights[name] else { preconditionFailure("the weights were checked") }
    return graph.constant(name, tensor.values, shape: tensor.shape)
  }
}
