import Basics

extension GrayImage {
  /// Suppresses ribs: subtracts `amount` times what an opening by a vertical line removes (bright bands lower than the line), smoothed by `sigma` so
  /// that vessels and texture remain.
  ///
  /// `thickness` is the height of the thickest rib in px (1...2000): the line has 2 · ⌈thickness / 2⌉ + 1 pixels. `sigma` is in px (0...1000),
  /// `amount` 0...2. With `mask` (the lungs), the change fades out over sigma at its edge. The suppression is by shape, not by anatomy: whatever is
  /// bright and flat goes. O(pixels).
  /// - Throws: `ImageError.invalidParameter`, `ImageError.sizesDiffer`, `CancellationError`.
  public func ribsSuppressed(thickness: Double, sigma: Double, amount: Double = 1, within mask: Mask? = nil) throws -> GrayImage {
    try ImageError.require("thickness", thickness, in: 1...2000, unit: " px")
    try ImageError.require("amount", amount, in: 0...2)
    if let mask { try ImageError.requireSameSize(size, mask.size) }
    let line = Footprint(.line, radius: (thickness / 2).rounded(.up), degrees: 90)
    var bands = try topHat(by: line).gaussianBlurred(sigma: sigma)
    if let mask {
      let fade = try GrayImage(mask, inside: 1).gaussianBlurred(sigma: sigma)
      bands = try bands.mapPixels(with: fade) { $0 * $1 }
    }
    let amount = Float(amount)
    return try mapPixels(with: bands) { $0 - amount * $1 }
  }
}
