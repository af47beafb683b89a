import Basics
import ImageOps
import SegLang
import SegModel
import TestSupport
import Testing

@testable import SegCommands

/// Masks and segmentations that move with their X-ray.
@Suite struct RegisterTests {
  private func shell() throws -> Shell {
    let shell = try Shell()
    try shell.run(
      """
      p = phantom size=256 seed=3
      first = p.image
      later = first | affine angle=4deg right=7px down=-5px
      moved = p.lungs | affine angle=4deg right=7px down=-5px
      seg = later | segment
      """)
    return shell
  }

  @Test func `moves each kind by the transform of its X-ray`() throws {
    let shell = try shell()
    let map = try #require(try shell.run("later") as? GrayImage).registered(to: #require(try shell.run("first") as? GrayImage)).map
    let size = Size(width: 256, height: 256)
    let segmentation = try #require(try shell.run("seg") as? Segmentation)
    let mask = try #require(try shell.run("seg.opacity | register first") as? Mask)
    #expect(mask == (try segmentation.opacity.pickedThrough(map, to: size)))
    let labels = try #require(try shell.run("seg.lungs | register first") as? LabelImage)
    #expect(labels == (try segmentation.lungs.pickedThrough(map, to: size)))
    let probability = try #require(try shell.run("seg.probability | register first") as? ProbabilityMap)
    #expect(probability.pixels == (try segmentation.probability().warped(by: map, to: size, using: .bilinear).pixels))
    let whole = try #require(try shell.run("seg | register first") as? Segmentation)
    #expect(whole.lungs == labels && whole.opacity == mask && whole.source == nil)
  }

  @Test func `a mask without an X-ray needs by=, and comes back to where it was`() throws {
    let shell = try shell()
    // Made from the true lungs of the phantom, whose image is that of the prior.
    let dice = try shell.number("(moved | register first by=later | compare (p.lungs)).dice")
    #expect(dice > 0.98)
    #expect(try shell.number("(moved | compare (p.lungs)).dice") < 0.95)
    #expect(try shell.failure("small = later | resize scale=0.5; moved | register first by=small").contains("128x128"))
    try shell.run("moved | save moved.png recipe=none")
    #expect(try shell.failure("load-mask moved.png | register first").contains("by=, the X-ray that the input belongs to"))
    #expect(try shell.number("(load-mask moved.png | register first by=later | compare (p.lungs)).dice") > 0.98)
  }

  @Test func `the result has the spacing of the prior`() throws {
    let shell = try shell()
    try shell.run("moved | save m.png recipe=none")
    let prior = try #require(try shell.run("first") as? GrayImage)
    let mask = try #require(try shell.run("load-mask m.png | register first by=later") as? Mask)
    #expect(prior.spacing != .unknown && mask.spacing == prior.spacing)
  }
}
