import Basics
internal import CKernels

extension InstructionSet {
  /// The inner loops for this set; nil where the processor lacks it.
  var kernels: Kernels? { ck_kernels_for(rawValue).map { Kernels(table: $0.pointee) } }
}

/// A feature map as a convolution reads it.
typealias SourceView = ck_source
/// Where the derivative by a source goes.
typealias DestinationView = ck_destination
/// What happens to a convolution's output before it is stored.
typealias Epilogue = ck_epilogue
/// The output tiles of Winograd's convolution.
typealias Tiling = ck_tiling
/// A window that moves over a source.
typealias Window = ck_window
/// Sums over the pixels of a block.
typealias LaneMoments = ck_moments

extension Epilogue {
  init(bias: FloatBuffer?, residual: FeatureMap? = nil, rectifier: Rectifier = .none) {
    self.init(bias: bias?.base, residual: residual.map { UnsafePointer($0.base) }, rectifier: rectifier.rawValue)
  }

  /// Whether the output is stored as it is.
  var isPlain: Bool { bias == nil && residual == nil && rectifier == Rectifier.none.rawValue }
}

/// The inner loops of an instruction set. Pointers are borrowed for the call. See `CKernels.h` for what each computes and how its operands lie.
struct Kernels {
  fileprivate let table: ck_kernels

  // MARK: Products

  @inline(__always)
  func multiply(
    _ rows: Int, _ kBlocks: Int, _ a: UnsafePointer<Float>, _ aStride: Int, _ b: UnsafePointer<Float>, _ nBlocks: Int,
    _ c: UnsafeMutablePointer<Float>, _ cStride: Int, accumulates: Bool = false
  ) { table.multiply(rows, kBlocks, a, aStride, b, nBlocks, c, cStride, accumulates ? 1 : 0) }

  @inline(__always)
  func multiplyTransposed(
    _ rows: Int, _ a: UnsafePointer<Float>, _ aBlocks: Int, _ aStride: Int, _ b: UnsafePointer<Float>, _ bBlocks: Int, _ bStride: Int,
    _ c: UnsafeMutablePointer<Float>, _ cStride: Int, accumulates: Bool
  ) { table.multiply_transposed(rows, a, aBlocks, aStride, b, bBlocks, bStride, c, cStride, accumulates ? 1 : 0) }

  // MARK: Winograd

  @inline(__always)
  func winogradInput(
    _ sources: UnsafeBufferPointer<SourceView>, _ tiling: Tiling, tiles: Range<Int>, blocks: Range<Int>,
    into v: UnsafeMutablePointer<Float>, _ elementStride: Int, _ blockStride: Int
  ) {
    table.winograd_input(
      sources.baseAddress, sources.count, tiling, tiles.lowerBound, tiles.count, blocks.lowerBound, blocks.count, v, elementStride,
      blockStride)
  }

  @inline(__always)
  func winogradGradient(
    _ source: UnsafePointer<SourceView>, _ tiling: Tiling, tiles: Range<Int>, blocks: Range<Int>, into v: UnsafeMutablePointer<Float>,
    _ elementStride: Int, _ blockStride: Int
  ) {
    table.winograd_gradient(
      source, tiling, tiles.lowerBound, tiles.count, blocks.lowerBound, blocks.count, v, elementStride, blockStride)
  }

  @inline(__always)
  func winogradOutput(
    _ m: UnsafePointer<Float>, _ elementStride: Int, _ blockStride: Int, _ tiling: Tiling, tiles: Range<Int>, blocks: Range<Int>,
    into destinations: UnsafeBufferPointer<DestinationView>, _ epilogue: Epilogue
  ) {
    table.winograd_output(
      m, elementStride, blockStride, tiling, tiles.lowerBound, tiles.count, blocks.lowerBound, blocks.count, destinations.baseAddress,
      destinations.count, epilogue)
  }

  // MARK: Weights

  @inline(__always)
  func winogradWeights(
    _ w: UnsafePointer<Float>, scales: UnsafePointer<Float>?, _ laneOffsets: UnsafePointer<Int32>, _ stepOffsets: UnsafePointer<Int32>,
    _ steps: Int, flips: Bool, into u: UnsafeMutablePointer<Float>, _ elementStride: Int, _ width: Int
  ) { table.winograd_weights(w, scales, laneOffsets, stepOffsets, steps, flips ? 1 : 0, u, elementStride, width) }

  @inline(__always)
  func winogradWeightsGradient(
    _ u: UnsafePointer<Float>, _ elementStride: Int, _ laneOffsets: UnsafePointer<Int32>, _ stepOffsets: UnsafePointer<Int32>,
    _ steps: Int, into w: UnsafeMutablePointer<Float>
  ) { table.winograd_weights_gradient(u, elementStride, laneOffsets, stepOffsets, steps, w) }

  @inline(__always)
  func arrangeWeights(
    _ w: UnsafePointer<Float>, scales: UnsafePointer<Float>? = nil, _ laneOffsets: UnsafePointer<Int32>,
    _ stepOffsets: UnsafePointer<Int32>, _ steps: Int, into b: UnsafeMutablePointer<Float>, _ width: Int
  ) { table.arrange_weights(w, scales, laneOffsets, stepOffsets, steps, b, width) }

  @inline(__always)
  func collectWeights(
    _ u: UnsafePointer<Float>, _ laneOffsets: UnsafePointer<Int32>, _ stepOffsets: UnsafePointer<Int32>, _ steps: Int,
    into w: UnsafeMutablePointer<Float>
  ) { table.collect_weights(u, laneOffsets, stepOffsets, steps, w) }

  // MARK: Windows

  @inline(__always)
  func gather(
    _ sources: UnsafeBufferPointer<SourceView>, image: Int, _ window: Window, pixels: Range<Int>, steps: Range<Int>,
    into a: UnsafeMutablePointer<Float>, blockStride: Int
  ) {
    table.gather(
      sources.baseAddress, sources.count, image, window, pixels.lowerBound, pixels.count, steps.lowerBound, steps.count, a, blockStride)
  }

  @inline(__always)
  func gatherCompact(
    _ source: UnsafePointer<SourceView>?, image: Int, _ window: Window, channels: Int, pixels: Range<Int>,
    into a: UnsafeMutablePointer<Float>, blockStride: Int
  ) { table.gather_compact(source, image, window, channels, pixels.lowerBound, pixels.count, a, blockStride) }

  @inline(__always)
  func scatter(
    _ columns: UnsafePointer<Float>, blockStride: Int, _ window: Window, pixels: Range<Int>, into image: UnsafeMutablePointer<Float>,
    height: Int, width: Int
  ) { table.scatter(columns, blockStride, window, pixels.lowerBound, pixels.count, image, height, width) }

  @inline(__always)
  func pad(
    _ plane: UnsafePointer<Float>, height: Int, width: Int, spacing: Int = 1, firstRow: Int, rows: Int, before: Int, bandWidth: Int,
    into band: UnsafeMutablePointer<Float>
  ) { table.pad(plane, height, width, spacing, firstRow, rows, before, bandWidth, band) }

  @inline(__always)
  func depthwise(
    _ band: UnsafePointer<Float>, bandWidth: Int, kernel: Int, stride: Int, _ weights: UnsafePointer<Float>, rows: Int, columns: Int,
    _ epilogue: Epilogue, accumulates: Bool, into out: UnsafeMutablePointer<Float>
  ) { table.depthwise(band, bandWidth, kernel, stride, weights, rows, columns, epilogue, accumulates ? 1 : 0, out) }

  @inline(__always)
  func depthwiseGradient(
    _ band: UnsafePointer<Float>, bandWidth: Int, kernel: Int, stride: Int, _ gradient: UnsafePointer<Float>, rows: Int, columns: Int,
    into sums: UnsafeMutablePointer<Double>
  ) { table.depthwise_gradient(band, bandWidth, kernel, stride, gradient, rows, columns, sums) }

  @inline(__always)
  func pool(_ plane: UnsafePointer<Float>, height: Int, width: Int, _ window: Window, into out: UnsafeMutablePointer<Float>) {
    table.pool(plane, height, width, window, out)
  }

  @inline(__always)
  func poolGradient(
    _ plane: UnsafePointer<Float>, _ out: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, height: Int, width: Int,
    _ window: Window, into dx: UnsafeMutablePointer<Float>
  ) { table.pool_gradient(plane, out, gradient, height, width, window, dx) }

  // MARK: Pixel by pixel

  @inline(__always)
  func enlarge(_ plane: UnsafePointer<Float>, height: Int, width: Int, into out: UnsafeMutablePointer<Float>) {
    table.enlarge(plane, height, width, out)
  }

  @inline(__always)
  func enlargeGradient(
    _ gradient: UnsafePointer<Float>, height: Int, width: Int, accumulates: Bool, into dx: UnsafeMutablePointer<Float>
  ) { table.enlarge_gradient(gradient, height, width, accumulates ? 1 : 0, dx) }

  @inline(__always)
  func normalize(
    _ x: UnsafePointer<Float>, residual: UnsafePointer<Float>?, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    _ rectifier: Rectifier, pixels: Int, into out: UnsafeMutablePointer<Float>
  ) { table.normalize(x, residual, scale, shift, rectifier.rawValue, pixels, out) }

  @inline(__always)
  func finish(_ map: UnsafeMutablePointer<Float>, _ epilogue: Epilogue, pixels: Int) { table.finish(map, epilogue, pixels, map) }

  @inline(__always)
  func addMoments(of plane: UnsafePointer<Float>, pixels: Int, to moments: UnsafeMutablePointer<LaneMoments>) {
    table.moments(plane, pixels, moments)
  }

  @inline(__always)
  func normalizeSums(
    _ x: UnsafePointer<Float>, _ out: UnsafePointer<Float>?, _ gradient: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    _ rectifier: Rectifier, pixels: Int, into sums: UnsafeMutablePointer<Double>
  ) { table.normalize_sums(x, out, gradient, mean, rectifier.rawValue, pixels, sums) }

  @inline(__always)
  func normalizeGradient(
    _ x: UnsafePointer<Float>, _ out: UnsafePointer<Float>?, _ gradient: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>, _ rectifier: Rectifier, pixels: Int,
    into dx: UnsafeMutablePointer<Float>, masked: UnsafeMutablePointer<Float>?, accumulates: Bool
  ) { table.normalize_gradient(x, out, gradient, mean, a, b, c, rectifier.rawValue, pixels, dx, masked, accumulates ? 1 : 0) }

  // MARK: Layout

  @inline(__always)
  func interleave(
    _ planes: UnsafePointer<Float>, planeStride: Int, channels: Int, pixels: Int, into blocks: UnsafeMutablePointer<Float>
  ) { table.interleave(planes, planeStride, channels, pixels, blocks) }

  @inline(__always)
  func deinterleave(
    _ blocks: UnsafePointer<Float>, channels: Int, pixels: Int, into planes: UnsafeMutablePointer<Float>, planeStride: Int
  ) { table.deinterleave(blocks, channels, pixels, planes, planeStride) }
}
