/// The settings of a U-Net: architecture, channels and width.
///
/// With the architecture's `fullWidth` it is the published network; narrower and wider networks have the same names and proportional shapes.
public struct UNetConfiguration: Hashable, Sendable {
  /// The architecture.
  public let architecture: Architecture
  /// Channels of the input image, 1...64.
  public let inChannels: Int
  /// Channels of the output (logits), 1...1024.
  public let classes: Int
  /// Channels of the first layer: a multiple of 4 in 8...256.
  public let width: Int

  /// Creates a configuration.
  /// - Parameter width: Channels of the first layer; nil for the architecture's full width.
  /// - Throws: `NetworkError.invalidConfiguration` for a value out of range.
  public init(_ architecture: Architecture = .resNet18, inChannels: Int = 1, classes: Int, width: Int? = nil) throws {
    func check(_ setting: String, _ value: Int, _ holds: Bool, _ allowed: String) throws {
      guard holds else { throw NetworkError.invalidConfiguration(setting: setting, value: value, allowed: allowed) }
    }
    let width = width ?? architecture.fullWidth
    try check("inChannels", inChannels, (1...64).contains(inChannels), "in 1...64")
    try check("classes", classes, (1...1024).contains(classes), "in 1...1024")
    try check("width", width, (8...256).contains(width) && width % 4 == 0, "a multiple of 4 in 8...256")
    self.architecture = architecture
    self.inChannels = inChannels
    self.classes = classes
    self.width = width
  }

  /// The published network, for one input channel and two classes.
  init(published architecture: Architecture) {
    (self.architecture, inChannels, classes, width) = (architecture, 1, 2, architecture.fullWidth)
  }

  /// Infers the configuration from weight shapes by name; the architecture follows from the name of the first convolution.
  /// - Throws: `NetworkError` if stem or head are missing or not four-dimensional, or a value is out of range; other shapes are checked when a
  ///   network is built.
  public init(inferredFrom shapes: [String: [Int]]) throws {
    let architecture = Architecture.allCases.first { shapes[$0.stem] != nil } ?? .resNet18
    let published = NetworkDescription(UNetConfiguration(published: architecture))
    let (stem, head) = (published.stem, published.head)
    guard let stemShape = shapes[stem] else { throw NetworkError.missingWeight(name: stem) }
    guard let headShape = shapes[head] else { throw NetworkError.missingWeight(name: head) }
    for (name, shape) in [(stem, stemShape), (head, headShape)] where shape.count != 4 {
      let expected = NetworkLayers(published).parameters.first { $0.name == name }?.shape ?? []
      throw NetworkError.wrongWeightShape(name: name, expected: expected, found: shape)
    }
    try self.init(architecture, inChannels: stemShape[1], classes: headShape[0], width: stemShape[0])
  }

  /// Names and shapes of all weights, running statistics included, in the order of files.
  public var weightShapes: [(name: String, shape: [Int])] {
    let layers = NetworkLayers(NetworkDescription(self))
    return (layers.parameters + layers.statistics).map { ($0.name, $0.shape) }
  }

  /// Names of the weights of the last convolution, which computes the logits.
  public var headNames: [String] {
    let head = NetworkDescription(self).head
    return [head, head.hasSuffix("weight") ? head.dropLast("weight".count) + "bias" : head]
  }

  /// Channels of the pooled bottleneck (`UNetOutput.features`).
  public var featureCount: Int { NetworkDescription(self).featureCount }
}
