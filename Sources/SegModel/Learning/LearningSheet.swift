import Basics
import ImageOps

/// An image of the cases that a model changed most: outlines before and after learning, and as accepted.
public enum LearningSheet {
  private static let tileHeight = 512

  /// Draws each case with the opacity of both models and of the reader, the lungs as accepted, and the Dice coefficients as label.
  /// - Returns: A PNG file.
  /// - Throws: `ImageError.noPixels` for no case; errors of reading; `CancellationError`.
  public static func png(_ changes: [LearningProof.Change], before: Segmenter, after: Segmenter) throws -> [UInt8] {
    let tiles = try changes.enumerated().map { index, change in
      let image = try change.record.image()
      let truth = try change.record.truth(size: image.size)
      let width = max(1, image.size.height / 192)
      func outline(_ mask: Mask, _ name: String, _ color: NamedColor, _ line: OverlayStyle.Line = .solid) -> OverlayLayer {
        OverlayLayer(mask, name: name, style: .outline(color.rgb, width: width, line: line))
      }
      var layers: [OverlayLayer] = []
      if let lungs = truth.lungs { layers.append(outline(lungs.foreground, "lungs, accepted", .skyblue)) }
      if let opacity = truth.opacity { layers.append(outline(opacity, "opacity, accepted", .yellow)) }
      layers.append(outline(try before.segment(image).opacity, "opacity, before", .vermillion, .dashed))
      layers.append(outline(try after.segment(image).opacity, "opacity, after", .green))
      // Below a small image a legend would take most of the tile.
      let drawn = try image.overlaid(with: layers, hasLegend: image.size.height >= 256)
      let dice = "\(NumberFormat.tabulated(change.diceBefore)) to \(NumberFormat.tabulated(change.diceAfter))"
      return MontageTile(drawn, label: "\(index + 1): Dice \(dice)")
    }
    return try ColorImage.montage(tiles, columns: nil, tileHeight: tileHeight).encoded(as: .png)
  }
}
