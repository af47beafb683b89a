import Basics
import Synchronization

/// A U-Net for prediction: batch norm is folded into the convolutions, activations are fused, and memory is reused between predictions.
///
/// Safe to use from several threads: a lock runs one prediction at a time, which uses `Parallel.threadCount` threads. The same input yields the same
/// bits for any number of threads.
public final class InferenceNetwork: @unchecked Sendable {
  // Sendable: whatever changes after initialization is touched under `lock`.
  /// The architecture, channels and width.
  public let configuration: UNetConfiguration

  private let lock = Mutex(())
  private let workspace: Workspace
  private let pool = FeatureMapPool()
  let description: NetworkDescription
  private let layers: [any FoldedLayer]
  /// For each place in the order of steps, the steps whose outputs no later step reads.
  private let releases: [[Int]]
  private var inputShape: [Int] = []
  /// The only size that a network without plain weights takes; nil for one that takes any.
  private let preparedSize: (height: Int, width: Int)?

  /// The most memory that the feature maps of one pass may take; what needs more is predicted tile by tile.
  var memoryLimit = 2 << 30
  /// How often memory was taken for packed weights, feature maps and scratch.
  var allocations: Int { pool.allocations + workspace.allocations }

  /// Creates a network.
  /// - Parameter weights: Weights by name, including running statistics. Unknown names are ignored.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`.
  public convenience init(_ configuration: UNetConfiguration, weights: [String: Tensor]) throws {
    try self.init(configuration, weights: weights, on: Workspace())
  }

  convenience init(_ configuration: UNetConfiguration, weights: [String: Tensor], on workspace: Workspace) throws {
    let layers = NetworkLayers(NetworkDescription(configuration))
    try layers.load(weights, sharing: true)
    self.init(configuration, layers, preparedSize: nil, on: workspace)
  }

  /// A network for single images of one size, read from a file layer by layer: each is packed as it is read, and nothing is held twice.
  /// - Parameter cacheFolder: where packed weights are kept from program to program; nil for nowhere.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`, `SafetensorsError`.
  package convenience init(
    _ configuration: UNetConfiguration, reading file: Safetensors, for size: (height: Int, width: Int), cacheFolder: String? = nil
  ) throws {
    let workspace = Workspace()
    let cache = PackedWeightsCache(of: file, for: size, on: workspace.instructionSet, in: cacheFolder)
    let layers = NetworkLayers(NetworkDescription(configuration))
    try layers.check { file.entries[$0]?.shape }
    let later = Set(layers.convolutions.map { ObjectIdentifier($0.weight) })
    for parameter in layers.parameters + layers.statistics where !later.contains(ObjectIdentifier(parameter)) {
      parameter.share(try file.tensor(parameter.name))
    }
    self.init(configuration, layers, preparedSize: size, on: workspace)
    if let stored = cache?.open(), adopt(stored, size) { return }
    let scratch = FloatBuffer(count: layers.convolutions.map(\.weight.count).max() ?? 0)
    var packed: [Safetensors.Content] = []
    for (layer, weight, scale) in packedLayers {
      try file.read(weight.name, shape: weight.shape, into: scratch)
      weight.lending(scratch) {
        let buffer = layer.prepare(images: 1, height: size.height / scale, width: size.width / scale, workspace)
        if cache != nil { packed.append(Safetensors.Content(name: weight.name, shape: [buffer.count], values: buffer.values)) }
      }
    }
    cache?.write(packed)
  }

  /// Takes packed weights over from a cache entry; false where one is missing.
  private func adopt(_ stored: Safetensors, _ size: (height: Int, width: Int)) -> Bool {
    packedLayers.allSatisfy { layer, weight, scale in
      layer.adopt(images: 1, height: size.height / scale, width: size.width / scale) { count in
        stored.mapped(weight.name, count: count)
      }
    }
  }

  private init(
    _ configuration: UNetConfiguration, _ layers: NetworkLayers, preparedSize: (height: Int, width: Int)?, on workspace: Workspace
  ) {
    self.configuration = configuration
    self.workspace = workspace
    self.preparedSize = preparedSize
    description = layers.description
    self.layers = layers.layers.map { $0.folded() }
    var lastReader: [Int: Int] = [:]
    for (place, index) in layers.description.order.enumerated() {
      let step = layers.description.steps[index]
      for read in step.inputs.compactMap(\.step) + [step.residual].compactMap({ $0 }) { lastReader[read] = place }
    }
    releases = layers.description.order.indices.map { place in lastReader.filter { $0.value == place }.map(\.key).sorted() }
  }

  /// All layers with weights in the order in which they run, and how many times as large as their output the image is.
  private var packedLayers: [(layer: any FoldedLayer, weight: Parameter, scale: Int)] {
    description.order.compactMap { index in layers[index].weight.map { (layers[index], $0, description.strides[index]) } }
  }

  /// Applies the network to N×inChannels×H×W of any size; the input is padded with zeros at the right and bottom to multiples of the largest stride,
  /// 32, and the output is cropped.
  ///
  /// An input whose feature maps need more than 2 GiB is predicted in several passes (see `PredictionTiles`), which yield the same logits.
  /// - Parameter progress: Called before each of several passes with the share that is done, 0...1.
  /// - Throws: `NetworkError.wrongInputShape`, `.inputTooLarge` before memory is allocated; `CancellationError`.
  public func predict(_ x: Tensor, progress: (Double) -> Void = { _ in }) throws -> UNetOutput {
    guard x.rank == 4, x.shape[1] == configuration.inChannels, x.shape.allSatisfy({ $0 > 0 }) else {
      throw NetworkError.wrongInputShape(expected: "N×\(configuration.inChannels)×H×W", found: x.shape)
    }
    if let size = preparedSize, x.shape[0] != 1 || x.shape[2] != size.height || x.shape[3] != size.width {
      throw NetworkError.wrongInputShape(expected: "1×\(configuration.inChannels)×\(size.height)×\(size.width)", found: x.shape)
    }
    let tiles = try PredictionTiles(of: x.shape, description, memoryLimit: memoryLimit)
    return try lock.withLock { _ in
      if tiles.isWhole {
        let (logits, sums) = try run(x)
        return UNetOutput(logits: logits, features: tiles.features(from: sums))
      }
      var logits = Tensor(shape: tiles.outputShape)
      var sums = [Double](repeating: 0, count: x.shape[0] * description.featureCount)
      for (index, tile) in tiles.enumerated() {
        progress(Double(index) / Double(tiles.count))
        let (part, partSums) = try run(tile.input(of: x), bottleneck: tiles.bottleneck(of: tile))
        tile.place(part, into: &logits)
        for (index, sum) in partSums.enumerated() { sums[tile.images.lowerBound * description.featureCount + index] += sum }
      }
      return UNetOutput(logits: logits, features: tiles.features(from: sums))
    }
  }

  /// One pass.
  /// - Parameter bottleneck: the rows and columns at the largest stride whose features are summed; nil for all.
  /// - Returns: the logits, and the sums of the features, [image][channel].
  private func run(_ x: Tensor, bottleneck: (rows: Range<Int>, columns: Range<Int>)? = nil) throws -> (
    logits: Tensor, featureSums: [Double]
  ) {
    let (height, width) = (description.padded(x.shape[2]), description.padded(x.shape[3]))
    let cancellation = Cancellation.current
    if x.shape != inputShape { pool.removeAll() }
    inputShape = x.shape
    let held = HeldMaps(pool)
    defer { held.releaseAll() }

    var maps = [FeatureMap?](repeating: nil, count: description.steps.count)
    var sums: [Double] = []
    for (place, index) in description.order.enumerated() {
      try cancellation.check()
      let step = description.steps[index]
      let scale = description.strides[index]
      let output = held.take(
        FeatureMap.Shape(images: x.shape[0], channels: step.channels, height: height / scale, width: width / scale))
      if step.inputs == [.image] {
        applyToImage(layers[index], x, into: output, held)
      } else {
        let sources = step.inputs.compactMap { input in
          input.step.flatMap { maps[$0] }.map { Source(map: $0, isEnlarged: input.isEnlarged) }
        }
        layers[index].apply(sources, residual: step.residual.flatMap { maps[$0] }, into: output, workspace)
      }
      maps[index] = output
      if index == description.features { sums = output.channelSums(rows: bottleneck?.rows, columns: bottleneck?.columns) }
      for read in releases[place] {
        if let map = maps[read] { held.release(map) }
        maps[read] = nil
      }
    }
    guard let logits = maps[description.logits] else { preconditionFailure("the logits are the last step") }
    return (logits.tensor(workspace, height: x.shape[2], width: x.shape[3]), sums)
  }

  /// Applies the first layer; what lies outside the image is zero.
  private func applyToImage(_ layer: any FoldedLayer, _ x: Tensor, into output: FeatureMap, _ held: HeldMaps) {
    if let stem = layer as? FoldedConvolution, stem.convolution.isCompact {
      x.withUnsafeBufferPointer { elements in
        let view = SourceView(
          data: elements.baseAddress, blocks: 0, height: x.shape[2], width: x.shape[3], shift: 0, planes: x.shape[1])
        stem.apply(views: [view], into: output, workspace)
      }
      return
    }
    let input = held.take(FeatureMap.Shape(images: x.shape[0], channels: x.shape[1], height: x.shape[2], width: x.shape[3]))
    input.load(x, workspace)
    layer.apply([Source(map: input)], residual: nil, into: output, workspace)
    held.release(input)
  }
}

/// The maps that a prediction has taken from the pool, so that all go back whether it ends or is canceled.
private final class HeldMaps {
  private let pool: FeatureMapPool
  private var maps: [FeatureMap] = []

  init(_ pool: FeatureMapPool) { self.pool = pool }

  func take(_ shape: FeatureMap.Shape) -> FeatureMap {
    let map = pool.take(shape)
    maps.append(map)
    return map
  }

  func release(_ map: FeatureMap) {
    guard let index = maps.firstIndex(where: { $0 === map }) else { return }
    pool.give(maps.remove(at: index))
  }

  func releaseAll() {
    for map in maps { pool.give(map) }
    maps = []
  }
}
