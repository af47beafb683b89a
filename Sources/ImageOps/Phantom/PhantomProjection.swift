import Basics

/// Attenuation along every ray (Beer-Lambert: the logarithm of the loss), and the true masks from the same rays.
struct PhantomProjection: Sendable {
  let attenuation: [Float]
  /// 0 background, 1 right lung, 2 left lung; plus 4 where opaque, plus 8 where the ray meets the heart.
  let truth: [UInt8]

  private static let soft = 0.0175
  private static let fat = 0.0150
  private static let lung = 0.0046

  init(_ anatomy: PhantomAnatomy, rods: [Tube], opacity: PhantomOpacity?, texture: FractalNoise, grid: PhantomGrid) throws {
    let width = grid.size.width
    let extents = rods.map(\.extent)
    let packed: [SIMD2<Float>] = try Parallel.filled(rows: grid.size.height, of: width) { rows, output in
      var nearest = [(square: Double, node: Double)](repeating: (0, 0), count: width)
      var fixed = [Double](repeating: 0, count: width)
      var inLung = [Double](repeating: 0, count: width)
      for row in rows {
        let y = grid.y(ofRow: row)
        for column in 0..<width { (fixed[column], inLung[column]) = (0, 0) }
        for (rod, extent) in zip(rods, extents) where extent.contains(y) {
          if rod.isInLung {
            inLung.withUnsafeMutableBufferPointer { rod.add(to: $0, y: y, grid: grid, nearest: &nearest) }
          } else {
            fixed.withUnsafeMutableBufferPointer { rod.add(to: $0, y: y, grid: grid, nearest: &nearest) }
          }
        }
        let level = PhantomAnatomy.Level(anatomy, y: y)
        for column in 0..<width {
          let (sum, truth) = Self.ray(
            level, grid.x(ofColumn: column), fixed: fixed[column], vessels: inLung[column], opacity: opacity, texture: texture)
          output[(row - rows.lowerBound) * width + column] = SIMD2(Float(sum), Float(truth))
        }
      }
    }
    attenuation = packed.map(\.x)
    truth = packed.map { UInt8($0.y) }
  }

  private static func ray(
    _ level: PhantomAnatomy.Level, _ x: Double, fixed: Double, vessels: Double, opacity: PhantomOpacity?, texture: FractalNoise
  ) -> (attenuation: Double, truth: UInt8) {
    let y = level.y
    let tissue = level.tissue(x)
    let whole = tissue.soft + tissue.fat
    guard whole > 0 || fixed > 0 else { return (0, 0) }
    let chest = level.lung(x)
    let lungPath = min(chest.path, max(0, tissue.soft - 20))
    var sum = (tissue.soft - lungPath) * soft + tissue.fat * fat
    sum *= 1 + 0.022 * texture.sum(x / 26, y / 26, octaves: 4)
    var truth: UInt8 = level.meetsHeart(x) ? 8 : 0
    if lungPath > 0 {
      let isVisible = lungPath > Phantom.visiblePath && !chest.isHidden
      if isVisible { truth |= x < 0 ? 1 : 2 }
      var parenchyma = lungPath * lung * (1 + 0.13 * texture.sum(x / 11 + 91, y / 11, octaves: 4))
      if let opacity {
        let state = opacity.state(x, y)
        if state.isOpaque, isVisible { truth |= 4 }
        parenchyma += state.share * min(lungPath, 120) * (soft - lung) * smoothStep(0, 70, lungPath)
      }
      sum += parenchyma + vessels * smoothStep(0, 120, lungPath)
    }
    sum -= min(level.gas(x) * soft, 0.6 * sum)
    // The column of vertebral bodies, rounded to the sides.
    let offset = (x - level.spine) / (16 + 0.02 * max(0, y))
    sum += 0.075 * max(0, 1 - offset * offset) * smoothStep(30, 90, whole)
    // Lead shows on bare detector too; bone needs flesh around it.
    return (max(0, sum + fixed * (fixed > 1 ? 1 : smoothStep(0, 30, whole))), truth)
  }
}
