import ImageOps
import SegLang
import Testing

@testable import SegCommands
@testable import SegValues

@Suite("Commands on pictures")
struct ImageCommandTests {
  @Test func `keep the kind that they are given`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=96; img = p.image; m = img > 50%; l = p.lungs")
    for command in ["resize scale=50%", "crop height=10px width=12px", "pad 3px", "rotate 90deg", "rotate 5deg", "flip", "calibrate 0.2mm"]
    {
      #expect(try shell.run("img | \(command)") is GrayImage)
      #expect(try shell.run("m | \(command)") is Mask)
      #expect(try shell.run("l | \(command)") is LabelImage)
      #expect(try shell.run("p | \(command)") is GrayImage, "a phantom counts as its picture")
    }
    for command in ["morph-open", "morph-close", "morph-erode", "morph-dilate", "invert"] {
      #expect(try shell.run("img | \(command)") is GrayImage)
      #expect(try shell.run("m | \(command)") is Mask)
    }
  }

  @Test func `resize to a side, a factor, a spacing`() throws {
    let shell = try Shell()
    try shell.run("img = (phantom size=96 | pad left=32px)")
    func size(_ command: String) throws -> String { try #require(try shell.run("img | \(command)") as? GrayImage).size.description }
    #expect(try size("resize longest=64px") == "64x48")
    #expect(try size("resize scale=50%") == "64x48")
    #expect(try size("resize width=32px") == "32x24")
    #expect(try size("resize width=32px height=32px") == "32x32")
    #expect(try size("calibrate 1mm | resize spacing=0.5mm") == "256x192")
    #expect(try shell.failure("img | resize").contains("one of these options is needed: longest; scale; width and height; spacing"))
    #expect(try shell.failure("img | resize scale=2 longest=9px").contains("only one of these"))
  }

  @Test func `crop to a rectangle or around a mask`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=96; box = p.lungs | crop around=p.lungs margin=2px")
    let labels = try #require(try shell.run("box") as? LabelImage)
    let lungs = try #require(try shell.run("p.lungs") as? LabelImage)
    let bounds = try #require(lungs.foreground.bounds)
    #expect(labels.size == Size(width: bounds.columns.count + 4, height: bounds.rows.count + 4))
    #expect(try shell.failure("p | crop row=90px height=20px width=20px").contains("extends beyond"))
    #expect(try shell.failure("p | crop around=(p.opacity and not p.opacity)").contains("has no pixels"))
  }

  @Test func `take a length in mm where the spacing is known, and say what it came to`() throws {
    let shell = try Shell()
    try shell.run("m = (phantom size=96 | calibrate 0.5mm) > 50%")
    try shell.run("m | morph-open radius=2mm")
    #expect(shell.notes.contains("2mm -> 4 px (calibrated)"))
    try shell.run("m | calibrate 0.5mm detector=true | morph-open radius=1mm")
    #expect(shell.notes.contains("1mm -> 2 px (detector plane)"))
  }

  @Test func `name three ways out where it is not`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png")
    let message = try shell.failure("load a.png | morph-open radius=2mm")
    for way in ["in px", "load FILE spacing=0.14mm", "calibrate 0.14mm"] { #expect(message.contains(way), "\(message)") }
    #expect(try shell.failure("load a.png | threshold otsu | remove-small 4mm2").contains("calibrate"))
    try shell.run("load a.png spacing=0.5mm | morph-open radius=2mm")
  }

  @Test func `threshold by number, share, percentile and method`() throws {
    let shell = try Shell()
    try shell.run("img = (phantom size=96).image")
    let image = try #require(try shell.run("img") as? GrayImage)
    #expect(try shell.run("img | threshold 100") as? Mask == image.thresholded(by: .value(100)).mask)
    #expect(try shell.run("img | threshold 40%") as? Mask == image.thresholded(by: .percentOfRange(40)).mask)
    #expect(try shell.run("img | threshold p90") as? Mask == image.thresholded(by: .percentile(90)).mask)
    #expect(try shell.run("img | threshold otsu") as? Mask == image.thresholded(by: .otsu).mask)
    #expect(try shell.run("level = 100; img | threshold (level)") as? Mask == image.thresholded(by: .value(100)).mask)
    #expect(try shell.failure("img | threshold otsoo").contains("unknown value `otsoo`"))
    #expect(shell.notes.contains { $0.hasPrefix("otsu -> ") })
  }

  @Test func `sift regions`() throws {
    let shell = try Shell()
    try shell.run("m = (phantom size=128).image > 60%")
    let mask = try #require(try shell.run("m") as? Mask)
    #expect(try shell.run("m | keep-largest") as? Mask == mask.keepingLargest())
    #expect(try shell.run("m | remove-small 5px") as? Mask == mask.removingSmall(below: 5))
    #expect(try shell.run("m | fill-holes") as? Mask == mask.fillingHoles())
    #expect(try shell.run("m | clear-border") as? Mask == mask.clearingBorder())
    #expect(try shell.run("(m | contour width=2px) or (m | morph-erode radius=2px)") as? Mask == mask)
    #expect(try shell.number("(m | connected-components).count") == Double(mask.componentCount()))
    let table = try #require(try shell.run("m | regions") as? Table)
    #expect(try table.rows.count == mask.componentCount())
    #expect(table.columns.contains("mean"), "the image beneath is found")
    #expect(try #require(try shell.run("m | regions largest=1") as? Table).rows.count == 1)
  }

  @Test func `compare masks`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=96; lungs = p.lungs")
    #expect(try shell.number("(lungs | compare (p.lungs)).dice") == 1)
    #expect(try shell.number("(lungs | morph-erode radius=2px | compare (p.lungs)).precision") == 1)
    #expect(try shell.run("(lungs | compare (p.lungs)).unit") as? String == "mm")
    #expect(try shell.failure("lungs | compare ((phantom size=64).lungs)").contains("differ in size"))
  }

  @Test func `change intensities`() throws {
    let shell = try Shell()
    try shell.run("img = (phantom size=96).image")
    #expect(try shell.number("(img | normalize).max") == 1)
    #expect(abs(try shell.number("(img | normalize method=z-score).mean")) < 1e-4)
    #expect(try shell.number("(img | stretch-contrast low=p10 high=p90).high") == 255)
    #expect(try shell.number("(img | invert | invert).mean") == shell.number("img.mean"))
    #expect(try shell.number("(img | gaussian-filter sigma=3px).deviation") < shell.number("img.deviation"))
    #expect(try shell.failure("img | window width=3").contains("`width` also needs `center`"))
    #expect(try shell.number("(img | histogram bins=8).count") == 8)
  }

  @Test func `the cardiothoracic ratio refuses lungs that hide the heart`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=256; seg = p | segment; p.lungs | cardiothoracic-ratio")
    #expect(try shell.failure("seg.lungs | cardiothoracic-ratio").contains("the model's lung masks extend behind the heart"))
    try shell.run(
      """
      full = seg | include rectangle [[20, 30], [240, 124]] layer=right-lung
      both = full | include rectangle [[20, 132], [240, 226]] layer=left-lung
      """)
    #expect(
      try shell.failure("both.lungs | cardiothoracic-ratio").contains("too small for a heart: these lung masks extend behind the heart"))
    try shell.run("q = phantom size=256; s = q | segment | exclude rectangle [[0, 0], [1, 1]] layer=right-lung")
    #expect(try shell.failure("s.lungs | cardiothoracic-ratio").contains("extend behind"), "a correction that changes nothing")
  }
}
