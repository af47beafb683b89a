import Basics
import ImageOps
import SegLang
import SegValues
import Terminal

/// What the colors of an image in the terminal mean, in one line below it.
package enum TerminalLegend {
  /// The line in color; nil where the terminal has none, and for a value whose image has no colors that need telling.
  package static func text(for value: any Value, on screen: ImageScreen) -> String? {
    guard screen.isColored, let shape = Drawable(value) else { return nil }
    let key = screen.isUnicode ? "■" : "#"
    let layers = shape.layers(OverlayStyle())
    let parts = layers.compactMap { layer -> String? in
      switch layer.content {
      case .mask: return layer.style.color.map { "\(painted(key, $0, on: screen)) \(TerminalText.cleaned(layer.name))" }
      case .probability:
        let steps = 20
        let scale = (0..<steps).map { index in
          painted(screen.isUnicode ? "█" : "#", layer.style.colorMap.color((Double(index) + 0.5) / Double(steps)), on: screen)
        }
        return "0 \(scale.joined()) 1 probability; lower values are fainter"
      case .labels(let labels):
        let named = labels.names.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        guard !named.isEmpty, named.count <= NamedColor.cycle.count else { return nil }
        return named.map { "\(painted(key, NamedColor.cycled(Int($0.key) - 1), on: screen)) \(TerminalText.cleaned($0.value))" }.joined(
          separator: "  ")
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "  ")
  }

  private static func painted(_ text: String, _ color: RGB, on screen: ImageScreen) -> String {
    guard !screen.hasAllColors else { return "\u{1B}[38;2;\(color.red);\(color.green);\(color.blue)m\(text)\u{1B}[0m" }
    // The cube of 6 × 6 × 6 colors: 0, 95, 135, 175, 215, 255.
    func level(_ value: UInt8) -> Int { value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40 }
    return "\u{1B}[38;5;\(16 + 36 * level(color.red) + 6 * level(color.green) + level(color.blue))m\(text)\u{1B}[0m"
  }
}
