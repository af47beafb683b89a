import ImageOps

extension Segmentation {
  /// What a correction came to, in pixels.
  public struct CorrectionEffect: Sendable, Equatable {
    /// Pixels of the layer that it changed.
    public var changed = 0
    /// Pixels of the drawn shape that lie outside of the lungs and so cannot be opacity.
    public var outsideLungs = 0
    /// Pixels that went from one lung to the other.
    public var fromOtherLung = 0
    /// Pixels of opacity that went with the part of a lung that was taken away.
    public var lostOpacity = 0
  }

  /// The pixels of one layer.
  public func mask(of layer: SegmentationChannel) -> Mask {
    switch layer {
    case .rightLung: lungs.mask(of: LabelImage.rightLung)
    case .leftLung: lungs.mask(of: LabelImage.leftLung)
    case .opacity: opacity
    }
  }

  /// The segmentation with a shape added to a layer.
  ///
  /// Opacity is added inside the lungs alone, or everywhere where no lung is known. A pixel given to one lung is taken from the other. Where no pixel changes,
  /// the segmentation is as it was, not corrected.
  /// - Throws: `ImageError.sizesDiffer`.
  public func adding(_ shape: Mask, to layer: SegmentationChannel) throws -> (segmentation: Segmentation, effect: CorrectionEffect) {
    var effect = CorrectionEffect()
    let before = mask(of: layer)
    effect.changed = try shape.subtracting(before).count
    guard layer == .opacity else {
      guard effect.changed > 0 else { return (self, effect) }
      let other = mask(of: layer == .rightLung ? .leftLung : .rightLung)
      effect.fromOtherLung = try shape.intersectionCount(other)
      let label = layer == .rightLung ? LabelImage.rightLung : LabelImage.leftLung
      return (try corrected(lungs: lungs.setting(label, in: shape), opacity: opacity), effect)
    }
    let field = lungs.foreground
    let inside = field.isEmpty ? shape : try shape.intersection(field)
    effect.outsideLungs = shape.count - inside.count
    effect.changed = try inside.subtracting(before).count
    guard effect.changed > 0 else { return (self, effect) }
    return (try corrected(lungs: lungs, opacity: opacity.union(inside), added: inside), effect)
  }

  /// The segmentation with a shape taken from a layer; opacity goes with the lung that it lay in. Where no pixel changes, it is as it was, not corrected.
  /// - Throws: `ImageError.sizesDiffer`.
  public func removing(_ shape: Mask, from layer: SegmentationChannel) throws -> (segmentation: Segmentation, effect: CorrectionEffect) {
    var effect = CorrectionEffect()
    let gone = try shape.intersection(mask(of: layer))
    effect.changed = gone.count
    guard effect.changed > 0 else { return (self, effect) }
    guard layer != .opacity else {
      return (try corrected(lungs: lungs, opacity: opacity.subtracting(gone), removed: shape), effect)
    }
    effect.lostOpacity = try opacity.intersectionCount(gone)
    return (try corrected(lungs: lungs.setting(0, in: gone), opacity: opacity.subtracting(gone)), effect)
  }
}

extension LabelImage {
  /// The labels with another one in the pixels of a mask.
  fileprivate func setting(_ label: UInt32, in mask: Mask) -> LabelImage {
    var labels = labels
    for row in 0..<size.height {
      for word in 0..<mask.wordsPerRow {
        var bits = mask.words[row * mask.wordsPerRow + word]
        while bits != 0 {
          let index = row * size.width + 64 * word + bits.trailingZeroBitCount
          labels[index] = label
          bits &= bits - 1
        }
      }
    }
    return LabelImage(size: size, labels: labels, names: names, spacing: spacing)
  }
}
