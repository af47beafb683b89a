import Foundation
import FoundationXML
import Testing

@testable import Plotting

@Suite("Picture sheets")
struct ImageSheetTests {
  @Test func `stand in rows, equally high, each above its name`() throws {
    let tiles = [1.0, 2, 1].enumerated().map {
      ImageSheet.Tile(address: "data:,\($0.offset)", aspect: $0.element, label: "tile <\($0.offset)>")
    }
    let text = ImageSheet(title: "a & b", tiles: tiles, columns: 2, width: 100).svg(note: "lines")
    #expect(XMLParser(data: Data(text.utf8)).parse())
    #expect(text.contains("width=\"100mm\"") && Figure.note(inSVG: text) == "lines")
    let heights = text.matches(of: /<image [^>]*height="([0-9.]+)"/).map { String($0.1) }
    #expect(heights.count == 3 && Set(heights).count == 1)
    let tops = text.matches(of: /<image x="[0-9.]+" y="([0-9.]+)"/).compactMap { Double($0.1) }
    #expect(tops[0] == tops[1] && tops[2] > tops[1])
    #expect(text.contains(">tile &lt;2&gt;</text>"))
  }

  @Test func `of nothing, of odd shapes and of odd widths are files too`() {
    let odd = [ImageSheet.Tile(address: "", aspect: .nan, label: ""), .init(address: "\"", aspect: 1e9, label: "\u{0}")]
    for (tiles, columns, width) in [([], 3, 170.0), (odd, 0, .infinity), (odd, 9, -5)] {
      let text = ImageSheet(title: "", tiles: tiles, columns: columns, width: width).svg()
      #expect(XMLParser(data: Data(text.utf8)).parse() && !text.contains("nan") && !text.contains("inf"), "\(text)")
    }
  }
}
