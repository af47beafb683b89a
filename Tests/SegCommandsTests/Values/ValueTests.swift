import ImageOps
import SegLang
import Testing

@testable import SegCommands
@testable import SegValues

@Suite("Values")
struct ValueTests {
  @Test func `describe themselves in one line`() {
    let spacing = Spacing.detectorPlane(row: 0.14, column: 0.14)
    var image = GrayImage(size: Size(width: 2544, height: 3056), bitDepth: 12)
    image.spacing = spacing
    image.polarity = .invertedFromMonochrome1
    #expect(image.oneLine == "2544x3056 12-bit, MONOCHROME1 shown inverted, spacing 0.14 mm at detector (not calibrated)")
    let mask = Mask(size: Size(width: 2000, height: 1000), spacing: spacing) { $0 < 500_000 }
    #expect(mask.oneLine == "500,000 px (98 cm² det), 25 % of 2000x1000, 1 region")
    #expect(Mask(size: Size(width: 8, height: 4)).oneLine == "empty, 8x4")
    #expect(Mask(size: Size(width: 2, height: 2), filled: true).oneLine == "4 px, 100 % of 2x2, 1 region")
    let lungs = LabelImage(size: Size(width: 3, height: 1), labels: [1, 0, 2], names: LabelImage.lungNames)
    #expect(lungs.oneLine == "right lung 1 px, left lung 1 px, 3x1")
  }

  @Test func `combine pixel by pixel`() throws {
    let shell = try Shell()
    try shell.run("img = (phantom size=96).image; m = img > 100; n = img > 120")
    let image = try #require(try shell.run("img") as? GrayImage)
    let mask = try #require(try shell.run("m") as? Mask)
    #expect(mask == Mask(size: image.size, spacing: image.spacing) { image.pixels[$0] > 100 })
    #expect(try shell.run("100 < img") as? Mask == mask)
    #expect(try shell.run("img > 40%") as? Mask == Mask(size: image.size, spacing: image.spacing) { image.pixels[$0] > 102 })
    #expect(try shell.number("(m and n).area") == shell.number("n.area"))
    #expect(try shell.number("(m minus n).area") == shell.number("m.area - n.area"))
    #expect(try shell.number("(m xor n).area") == shell.number("(m minus n).area"))
    #expect(try shell.number("(not m).area") == shell.number("img.area - m.area"))
    #expect(try shell.number("(img - img).max") == 0)
    #expect(try shell.number("(2 * img).mean") == shell.number("2 * img.mean"))
    #expect(try shell.number("(img * m).min") == 0)
    #expect(try shell.run("(phantom size=96) > 100") as? Mask == mask, "a phantom counts as its picture")
    #expect(try shell.failure("img + (phantom size=64)").contains("differ in size"))
  }

  @Test func `give pixels by row and column`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=96; img = p.image")
    let image = try #require(try shell.run("img") as? GrayImage)
    #expect(try shell.number("img[10, 20]") == Double(image[10, 20]))
    #expect(try shell.run("(img > 300)[0, 0]") as? Bool == false)
    #expect(try shell.failure("img[96, 0]").contains("extends beyond"))
  }

  @Test func `have properties that info lists`() throws {
    let shell = try Shell()
    let facts = try #require(try shell.run("phantom size=96 | info") as? Facts)
    #expect(facts.title.hasPrefix("Phantom 96x96 8-bit"))
    let mask = try #require(try shell.run("(phantom size=96).image > 100 | info") as? Facts)
    #expect(mask.fields.map(\.name).contains("bounding_box"))
    #expect(mask.details.count == mask.fields.count)
    #expect(mask.record["area"] is Double)
  }

  @Test(arguments: [1, 63, 64, 65, 130]) func `find their bounds and centroid, with or without whole words`(width: Int) {
    let size = Size(width: width, height: 5)
    #expect(Mask(size: size).bounds == nil && Mask(size: size).centroid == nil)
    var mask = Mask(size: size)
    mask[1, width - 1] = true
    mask[3, 0] = true
    #expect(mask.bounds?.rows == 1..<4)
    #expect(mask.bounds?.columns == 0..<width)
    #expect(mask.centroid?.row == 2)
    #expect(mask.centroid?.column == Double(width - 1) / 2)
  }

  @Test func `areas are read with their unit`() throws {
    #expect(try Area.read(Literal("25mm2")) == Area(value: 25, unit: .mm2))
    #expect(try Area.read(Literal("200")) == .pixels(200))
    #expect(throws: LiteralProblem.missingUnit(suggestion: "200px")) { try Area.read(Literal("200", isStrict: true)) }
    #expect(throws: LiteralProblem.self) { try Area.read(Literal("3kg")) }
  }
}
