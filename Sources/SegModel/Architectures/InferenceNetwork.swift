internal import CKernels
import ImageOps
import Synchronization

/// A `unet-resnet18` for prediction: batch norm folded into the convolutions, activations fused, memory kept from one prediction to the next.
///
/// Safe to use from several threads: a lock lets one prediction run at a time, which uses `Parallel.threadCount` threads itself. The same input gives
/// the same bits for any number of threads.
public final class InferenceNetwork: @unchecked Sendable {
  // Sendable: whatever changes after initialisation is touched under `lock`.
  public let configuration: UNetConfiguration

  private let lock = Mutex(())
  private let workspace: Workspace
  private let pool = FeatureMapPool()
  private let stem: FoldedConvolution
  private let pooling: MaxPooling
  private let stages: [[(first: FoldedConvolution, second: FoldedConvolution, shortcut: FoldedConvolution?)]]
  private let decoder: [(first: FoldedConvolution, second: FoldedConvolution)]
  private let head: FoldedConvolution
  private var inputShape: [Int] = []
  /// The only size that a network without plain weights takes; nil for one that takes any.
  private let preparedSize: Size?

  /// The most memory that the feature maps of one pass may take; what needs more is predicted tile by tile.
  var memoryLimit = 2 << 30
  /// How often memory was taken for packed weights, feature maps and scratch.
  var allocations: Int { pool.allocations + workspace.allocations }

  /// - Parameter weights: by segmentation_models_pytorch's names, with running statistics. Entries that the network does not have are ignored.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`.
  public convenience init(_ configuration: UNetConfiguration, weights: [String: Tensor]) throws {
    try self.init(configuration, weights: weights, on: Workspace())
  }

  convenience init(_ configuration: UNetConfiguration, weights: [String: Tensor], on workspace: Workspace) throws {
    let layers = UNetLayers(configuration)
    try layers.load(weights, sharing: true)
    self.init(configuration, layers, preparedSize: nil, on: workspace)
  }

  /// A network for single pictures of one size, read from a file layer by layer: each is packed as it is read, and nothing is held twice.
  /// - Parameter cacheFolder: where packed weights are kept from program to program; nil for nowhere.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`, `SafetensorsError`.
  convenience init(_ configuration: UNetConfiguration, reading file: Safetensors, for size: Size, cacheFolder: String? = nil) throws {
    let workspace = Workspace()
    let cache = PackedWeightsCache(of: file, for: size, on: workspace.instructionSet, in: cacheFolder)
    let layers = UNetLayers(configuration)
    try layers.check { file.entries[$0]?.shape }
    let later = Set(layers.convolutions.map { ObjectIdentifier($0.weight) })
    for parameter in layers.parameters + layers.statistics where !later.contains(ObjectIdentifier(parameter)) {
      parameter.share(try file.tensor(parameter.name))
    }
    self.init(configuration, layers, preparedSize: size, on: workspace)
    if let stored = cache?.open(), adopt(stored, size) { return }
    let scratch = FloatBuffer(count: layers.convolutions.map(\.weight.count).max() ?? 0)
    var packed: [Safetensors.Content] = []
    for (layer, scale) in scaledLayers {
      let weight = layer.convolution.weight
      try file.read(weight.name, shape: weight.shape, into: scratch)
      weight.lending(scratch) {
        let buffer = layer.prepare(images: 1, height: size.height / scale, width: size.width / scale, workspace)
        if cache != nil { packed.append(Safetensors.Content(name: weight.name, shape: [buffer.count], values: buffer.values)) }
      }
    }
    cache?.write(packed)
  }

  /// Takes packed weights over from a cache entry; false where one is missing.
  private func adopt(_ stored: Safetensors, _ size: Size) -> Bool {
    scaledLayers.allSatisfy { layer, scale in
      layer.adopt(images: 1, height: size.height / scale, width: size.width / scale) { count in
        stored.mapped(layer.convolution.weight.name, count: count)
      }
    }
  }

  private init(_ configuration: UNetConfiguration, _ layers: UNetLayers, preparedSize: Size?, on workspace: Workspace) {
    self.configuration = configuration
    self.workspace = workspace
    self.preparedSize = preparedSize
    stem = FoldedConvolution(folding: layers.stem)
    pooling = layers.pooling
    stages = layers.stages.map { stage in
      stage.map { block in
        (
          FoldedConvolution(folding: block.first), FoldedConvolution(folding: block.second),
          block.shortcut.map { FoldedConvolution(folding: $0) }
        )
      }
    }
    decoder = layers.decoder.map { (FoldedConvolution(folding: $0.first), FoldedConvolution(folding: $0.second)) }
    head = FoldedConvolution(layers.head)
  }

  /// All layers in the order in which they run, and how many times as large as their output the input is.
  private var scaledLayers: [(layer: FoldedConvolution, scale: Int)] {
    var result = [(layer: stem, scale: 2)]
    for (index, stage) in stages.enumerated() {
      for block in stage {
        result += ([block.shortcut, block.first, block.second].compactMap { $0 }).map { (layer: $0, scale: 4 << index) }
      }
    }
    for (index, block) in decoder.enumerated() { result += [block.first, block.second].map { (layer: $0, scale: 16 >> index) } }
    return result + [(layer: head, scale: 1)]
  }

  /// Applies the network to N×inChannels×H×W of any size; the input is padded with zeros to multiples of 32 at the right and bottom, the output cropped.
  ///
  /// What does not fit ``memoryLimit`` goes in several passes (see `PredictionTiles`), which give the same logits.
  /// - Parameter progress: told before each of several passes which share of them is done.
  /// - Throws: `NetworkError.wrongInputShape`, `.inputTooLarge` before memory is taken; `CancellationError`.
  public func predict(
    _ x: Tensor, polling cancellation: Cancellation = .never, progress: (Double) -> Void = { _ in }
  ) throws -> UNetOutput {
    guard x.rank == 4, x.shape[1] == configuration.inChannels, x.shape.allSatisfy({ $0 > 0 }) else {
      throw NetworkError.wrongInputShape(expected: "N×\(configuration.inChannels)×H×W", found: x.shape)
    }
    if let size = preparedSize, x.shape[0] != 1 || x.shape[2] != size.height || x.shape[3] != size.width {
      throw NetworkError.wrongInputShape(expected: "1×\(configuration.inChannels)×\(size.height)×\(size.width)", found: x.shape)
    }
    let tiles = try PredictionTiles(of: x.shape, configuration, memoryLimit: memoryLimit)
    return try lock.withLock { _ in
      if tiles.isWhole {
        let (logits, sums) = try run(x, cancellation)
        return UNetOutput(logits: logits, features: tiles.features(from: sums))
      }
      var logits = Tensor(shape: tiles.outputShape)
      var sums = [Double](repeating: 0, count: x.shape[0] * configuration.featureCount)
      for (index, tile) in tiles.enumerated() {
        progress(Double(index) / Double(tiles.count))
        let (part, partSums) = try run(tile.input(of: x), bottleneck: tile.bottleneck, cancellation)
        tile.place(part, into: &logits)
        for (index, sum) in partSums.enumerated() { sums[tile.images.lowerBound * configuration.featureCount + index] += sum }
      }
      return UNetOutput(logits: logits, features: tiles.features(from: sums))
    }
  }

  /// One pass.
  /// - Parameter bottleneck: the rows and columns at stride 32 whose features are summed; nil for all.
  /// - Returns: the logits, and the sums of the features, [image][channel].
  private func run(
    _ x: Tensor, bottleneck: (rows: Range<Int>, columns: Range<Int>)? = nil, _ cancellation: Cancellation
  ) throws -> (logits: Tensor, featureSums: [Double]) {
    let height = (x.shape[2] + 31) / 32 * 32
    let width = (x.shape[3] + 31) / 32 * 32
    if x.shape != inputShape { pool.removeAll() }
    inputShape = x.shape
    let held = HeldMaps(pool)
    defer { held.releaseAll() }

    func apply(_ layer: FoldedConvolution, _ sources: [Source], residual: FeatureMap? = nil) throws -> FeatureMap {
      try cancellation.check()
      let output = held.take(layer.convolution.outputShape(for: sources[0]))
      layer.apply(sources.map(\.view), residual: residual, into: output, workspace)
      return output
    }

    let shape = FeatureMap.Shape(images: x.shape[0], channels: configuration.encoderWidths[0], height: height / 2, width: width / 2)
    let first = held.take(shape)
    if stem.convolution.isCompact {
      x.withUnsafeBufferPointer { elements in
        let view = ck_source(
          data: elements.baseAddress, blocks: 0, height: x.shape[2], width: x.shape[3], shift: 0, planes: configuration.inChannels)
        stem.apply([view], into: first, workspace)
      }
    } else {
      let input = held.take(
        FeatureMap.Shape(images: x.shape[0], channels: configuration.inChannels, height: x.shape[2], width: x.shape[3]))
      input.load(x, workspace)
      stem.apply([Source(map: input).view], into: first, workspace)
      held.release(input)
    }
    var current = held.take(pooling.outputShape(for: shape))
    pooling.forward(first, into: current, workspace)
    var maps = [first]
    for stage in stages {
      for block in stage {
        let skip = try block.shortcut.map { try apply($0, [Source(map: current)]) } ?? current
        let middle = try apply(block.first, [Source(map: current)])
        let output = try apply(block.second, [Source(map: middle)], residual: skip)
        held.release(middle)
        if skip !== current { held.release(skip) }
        if !maps.contains(where: { $0 === current }) { held.release(current) }
        current = output
      }
      maps.append(current)
    }
    let sums = current.channelSums(rows: bottleneck?.rows, columns: bottleneck?.columns)
    for (index, block) in decoder.enumerated() {
      let skip = index < 4 ? maps[3 - index] : nil
      let middle = try apply(block.first, [Source(map: current, isEnlarged: true)] + (skip.map { [Source(map: $0)] } ?? []))
      held.release(current)
      if let skip { held.release(skip) }
      current = try apply(block.second, [Source(map: middle)])
      held.release(middle)
    }
    let logits = try apply(head, [Source(map: current)])
    return (logits.tensor(workspace, height: x.shape[2], width: x.shape[3]), sums)
  }
}

/// The maps that a prediction has taken from the pool, so that all go back whether it ends or is cancelled.
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
