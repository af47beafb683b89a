import ImageOps

extension Segmentation {
  /// The effect of a correction, in pixels.
  public struct CorrectionEffect: Sendable, Equatable {
    /// Pixels of the layer that changed.
    public var changed = 0
    /// Pixels of the drawn shape outside the lungs, which cannot be opacity.
    public var outsideLungs = 0
    /// Pixels that moved from one lung to the other.
    public var fromOtherLung = 0
    /// Pixels of opacity that were removed with the part of a lung.
    public var lostOpacity = 0
  }

  /// Returns the mask of a layer; empty for a structure that the segmentation does not have.
  public func mask(of layer: SegmentationLayer) -> Mask {
    switch layer {
    case .channel(let channel): channel.lung.map { lungs.mask(of: $0.label) } ?? opacity
    case .structure(let name): structures[name] ?? Mask(size: size, spacing: spacing)
    }
  }

  /// Adds a shape to a layer.
  ///
  /// Opacity is added only inside the lungs, or everywhere if there are no lungs. A pixel added to one lung is removed from the other. A structure that
  /// the segmentation does not have is added. If no pixel changes, the segmentation is unchanged and does not count as corrected.
  /// - Throws: `ImageError.sizesDiffer`.
  public func adding(_ shape: Mask, to layer: SegmentationLayer) throws -> (segmentation: Segmentation, effect: CorrectionEffect) {
    var effect = CorrectionEffect()
    let before = mask(of: layer)
    effect.changed = try shape.subtracting(before).count
    if case .structure(let name) = layer { return (effect.changed > 0 ? corrected(name, try before.union(shape)) : self, effect) }
    guard layer == .opacity else {
      guard effect.changed > 0 else { return (self, effect) }
      let other = mask(of: layer == .rightLung ? .leftLung : .rightLung)
      effect.fromOtherLung = try shape.intersectionCount(other)
      let label = layer == .rightLung ? LabelImage.rightLung : LabelImage.leftLung
      return (try corrected(lungs: lungs.setting(label, in: shape), opacity: opacity), effect)
    }
    let inside = lungs.isEmpty ? shape : try lungs.foreground(within: shape)
    effect.outsideLungs = shape.count - inside.count
    effect.changed = try inside.subtracting(before).count
    guard effect.changed > 0 else { return (self, effect) }
    return (try corrected(lungs: lungs, opacity: opacity.union(inside), added: inside), effect)
  }

  /// Removes a shape from a layer; opacity is removed with its lung. If no pixel changes, the segmentation is unchanged and does not count as
  /// corrected.
  /// - Throws: `ImageError.sizesDiffer`.
  public func removing(_ shape: Mask, from layer: SegmentationLayer) throws -> (segmentation: Segmentation, effect: CorrectionEffect) {
    var effect = CorrectionEffect()
    let gone = try shape.intersection(mask(of: layer))
    effect.changed = gone.count
    guard effect.changed > 0 else { return (self, effect) }
    if case .structure(let name) = layer { return (corrected(name, try mask(of: layer).subtracting(gone)), effect) }
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
