import TestSupport
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

@Suite struct FilmFrameTests {
  /// An image whose pixels all differ from their neighbors.
  private func film(width: Int, height: Int) -> GrayImage {
    GrayImage(size: Size(width: width, height: height), pixels: (0..<width * height).map { Float(($0 * 97 + $0 / width * 53) % 211 + 20) })
  }

  @Test(arguments: [Float(0), 255, 128]) func `removes uniform borders`(level: Float) throws {
    let film = film(width: 60, height: 80)
    let bordered = try film.padded(top: 3, bottom: 0, left: 17, right: 9, with: .constant(level))
    #expect(FilmFrame.find(in: bordered) == FilmFrame(row: 3, column: 17, size: film.size))
    #expect(FilmFrame.find(in: film).covers(film.size))
  }

  @Test func `removes a border inside a border`() throws {
    let film = film(width: 60, height: 80)
    let black = try film.padded(top: 5, bottom: 6, left: 7, right: 8, with: .constant(0))
    let framed = try black.padded(top: 4, bottom: 4, left: 4, right: 4, with: .constant(255))
    #expect(FilmFrame.find(in: framed) == FilmFrame(row: 9, column: 11, size: film.size))
  }

  @Test func `a marker in the border is no film`() throws {
    let film = film(width: 120, height: 200)
    var bordered = try film.padded(left: 20, with: .constant(0))
    for row in 30..<38 { for column in 5..<11 { bordered[row, column] = 255 } }
    #expect(FilmFrame.find(in: bordered) == FilmFrame(row: 0, column: 20, size: film.size))
  }

  @Test func `noise of compression is still a border`() throws {
    let film = film(width: 60, height: 80)
    var bordered = try film.padded(right: 12, with: .constant(2))
    for row in 0..<80 { for column in 60..<72 { bordered[row, column] = Float((row * 7 + column * 3) % 4) } }
    #expect(FilmFrame.find(in: bordered).size == film.size)
  }

  @Test func `leaves an image alone that is nearly all border`() throws {
    let dot = try film(width: 20, height: 20).padded(top: 40, bottom: 40, left: 40, right: 40, with: .constant(0))
    #expect(FilmFrame.find(in: dot).covers(dot.size), "no border can be told from its content")
    let even = GrayImage(size: Size(width: 50, height: 50), pixels: [Float](repeating: 7, count: 2500))
    #expect(FilmFrame.find(in: even).covers(even.size))
    let nothing = GrayImage(size: Size(width: 50, height: 50), pixels: [Float](repeating: .nan, count: 2500))
    #expect(FilmFrame.find(in: nothing).covers(nothing.size))
    let tiny = film(width: 9, height: 9)
    #expect(FilmFrame.find(in: tiny).covers(tiny.size))
  }

  @Test func `borders change nothing that a model finds`() throws {
    let configuration = try UNetConfiguration(classes: 3, width: 16)
    let weights = UNet(configuration, seed: 3).weights
    var model = SegmentationModel(configuration: configuration, side: 64, weights: weights)
    let image = film(width: 96, height: 80)
    let bordered = try image.padded(top: 2, bottom: 11, left: 13, right: 29, with: .constant(0))
    let plain = try Segmenter(model).segment(image)
    let found = try Segmenter(model).segment(bordered)
    #expect(plain.lungs.labels.contains { $0 != 0 }, "something is found")
    #expect(found.lungs == (try plain.lungs.padded(top: 2, bottom: 11, left: 13, right: 29, with: .constant(0))))
    #expect(found.opacity == (try plain.opacity.padded(top: 2, bottom: 11, left: 13, right: 29, with: .constant(false))))
    let probability = try found.probability()
    #expect(probability.size == bordered.size && probability[0, 0] == 0)
    #expect(try probability.cropped(row: 2, column: 13, size: image.size).pixels == plain.probability().pixels)
    #expect(try Severity(found).percent == Severity(plain).percent)

    // A correction is judged on the film alone, too.
    let shape = Mask(size: bordered.size) { $0 % bordered.size.width < 60 }
    let mended = try found.removing(shape, from: .opacity).segmentation
    let small = try plain.removing(shape.cropped(row: 2, column: 13, size: image.size), from: .opacity).segmentation
    #expect(try Severity(mended).percent == Severity(small).percent)

    // A model that was trained with borders keeps them.
    model.normalization = .image
    let folder = try TemporaryFolder()
    try model.write(to: folder.file("m.safetensors"))
    let old = try Segmenter(modelPath: folder.file("m.safetensors"))
    #expect(old.model.normalization == .image)
    #expect(try old.segment(bordered).source?.frame == FilmFrame(of: bordered.size))
  }
}
