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

  /// The most memory that the feature maps of one pass may take; what needs more is predicted tile by tile.
  var memoryLimit = 2 << 30
  /// How often memory was taken for packed weights, feature maps and scratch.
  var allocations: Int { pool.allocations + workspace.allocations }

  /// - Parameter weights: by segmentation_models_pytorch's names, with running statistics. Entries that the network does not have are ignored.
  /// - Throws: `NetworkError.missingWeight`, `.wrongWeightShape`.
  public convenience init(_ configuration: UNetConfiguration, weights: [String: Tensor]) throws {
    try self.init(configuration, weights: weights, on: Workspace())
  }

  init(_ configuration: UNetConfiguration, weights: [String: Tensor], on workspace: Workspace) throws {
    self.configuration = configuration
    self.workspace = workspace
    let layers = UNetLayers(configuration)
    try layers.load(weights, sharing: true)
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

  /// Applies the network to N×inChannels×H×W of any size; the input is padded with zeros to multiples of 32 at the right and bottom, the output cropped.
  ///
  /// What does not fit ``memoryLimit`` goes in several passes (see `PredictionTiles`), which give the same logits.
  /// - Throws: `NetworkError.wrongInputShape`, `.inputTooLarge` before memory is taken; `CancellationError`.
  public func predict(_ x: Tensor, polling cancellation: Cancellation = .never) throws -> UNetOutput {
    guard x.rank == 4, x.shape[1] == configuration.inChannels, x.shape.allSatisfy({ $0 > 0 }) else {
      throw NetworkError.wrongInputShape(expected: "N×\(configuration.inChannels)×H×W", found: x.shape)
    }
    let tiles = try PredictionTiles(of: x.shape, configuration, memoryLimit: memoryLimit)
    return try lock.withLock { _ in
      if tiles.isWhole {
        let (logits, sums) = try run(x, cancellation)
        return UNetOutput(logits: logits, features: tiles.features(from: sums))
      }
      var logits = Tensor(shape: tiles.outputShape)
      var sums = [Double](repeating: 0, count: x.shape[0] * configuration.featureCount)
      for tile in tiles {
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
