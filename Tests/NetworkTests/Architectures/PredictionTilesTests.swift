import Testing

@testable import Network

@Suite struct PredictionTilesTests {
  @Test(arguments: [768, 1024, 2048]) func `spans cover an axis with margins`(_ side: Int) throws {
    let margins = PredictionTiles.Margins(NetworkDescription(try UNetConfiguration(classes: 2)))
    for length in [1, 31, 767, 768, 769, 800, 1000, 1025, 2049, 5000, 12_345] {
      let spans = PredictionTiles.spans(of: length, side: side, margins)
      #expect(spans.first?.kept.lowerBound == 0 && spans.last?.kept.upperBound == length)
      for (left, right) in zip(spans, spans.dropFirst()) { #expect(left.kept.upperBound == right.kept.lowerBound) }
      for span in spans {
        #expect(span.input.count <= side && span.input.lowerBound % 32 == 0 && span.kept.lowerBound % 32 == 0)
        #expect(span.input.lowerBound == max(0, span.kept.lowerBound - margins.before))
        #expect(span.input.upperBound == length || span.kept.upperBound == span.input.upperBound - margins.after)
      }
      #expect((spans.count == 1) == (length <= side))
    }
  }

  private static func network(_ architecture: Architecture = .resNet18) throws -> InferenceNetwork {
    let configuration = try UNetConfiguration(architecture, classes: 2, width: 8)
    return try InferenceNetwork(configuration, weights: UNet(configuration, seed: 6).weights)
  }

  @Test func `tiles show no seam`() throws {
    let network = try Self.network()
    let x = Tensor(shape: [2, 1, 845, 1130], values: noise(2 * 845 * 1130, seed: 7))
    let whole = try network.predict(x)
    // Room for tiles of 768 px: two rows of three for each image.
    network.memoryLimit = network.description.activationBytes(images: 1, height: 768, width: 768) / 2
    let tiles = try PredictionTiles(of: x.shape, network.description, memoryLimit: network.memoryLimit)
    #expect(tiles.map { $0.rows.input.count }.max() == 768 && Array(tiles).count == 2 * 2 * 3)
    let tiled = try network.predict(x)
    expectClose(tiled.logits.values, whole.logits.values, rtol: 5e-5, "logits")
    expectClose(tiled.features.values, whole.features.values, rtol: 5e-5, "features")
  }

  @Test func `images go in groups`() throws {
    let network = try Self.network()
    let x = Tensor(shape: [5, 1, 70, 96], values: noise(5 * 70 * 96, seed: 8))
    let whole = try network.predict(x)
    network.memoryLimit = network.description.activationBytes(images: 2, height: 96, width: 96) / 2
    #expect(
      try PredictionTiles(of: x.shape, network.description, memoryLimit: network.memoryLimit).map(\.images) == [0..<2, 2..<4, 4..<5])
    let grouped = try network.predict(x)
    expectClose(grouped.logits.values, whole.logits.values, rtol: 5e-5, "logits")
    expectClose(grouped.features.values, whole.features.values, rtol: 5e-5, "features")
  }

  @Test func `margins follow from the layers`() throws {
    let description = NetworkDescription(try UNetConfiguration(classes: 2))
    #expect(description.reach == (281, 250))
    let margins = PredictionTiles.Margins(description)
    #expect(margins.before == 288 && margins.after == 256)
    for architecture in Architecture.allCases {
      let margins = PredictionTiles.Margins(NetworkDescription(try UNetConfiguration(architecture, classes: 2)))
      #expect(margins.sides.least > margins.before + margins.after)
    }
  }

  /// The margins are the receptive field: a pixel has no part in the logits beyond them.
  @Test(arguments: Architecture.allCases) func `margins hold all that a pixel changes`(_ architecture: Architecture) throws {
    let network = try Self.network(architecture)
    let margins = PredictionTiles.Margins(network.description)
    let width = 1792
    let x = Tensor(shape: [1, 1, 32, width], values: noise(32 * width, seed: 9))
    let before = try network.predict(x).logits
    let scale = before.values.reduce(0) { max($0, abs($1)) }
    for column in [800, 831, 832] {
      var moved = x
      for row in 0..<32 { moved[0, 0, row, column] += 20 }
      let after = try network.predict(moved).logits
      let changed = (0..<width).filter { at in
        (0..<32).contains { row in abs(after[0, 0, row, at] - before[0, 0, row, at]) > 1e-5 * scale }
      }
      let (first, last) = (try #require(changed.first), try #require(changed.last))
      #expect(first >= column - margins.after && last <= column + margins.before, "\(first)...\(last)")
      #expect(first < column - 100 && last > column + 100, "a test that sees far")
    }
  }
}
