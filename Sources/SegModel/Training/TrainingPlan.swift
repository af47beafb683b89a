import Basics
import ImageOps
import Network

/// Which samples each batch of each epoch shows. A pure function of recipe and samples, so that a resumed training draws what it would have drawn.
struct TrainingPlan {
  let recipe: TrainingRecipe
  private let opacityIndices: [Int]
  private let otherIndices: [Int]
  private let phantomIndices: [Int]
  private let scoredIndices: [Int]
  private let clearIndices: [Int]
  private let smallClearIndices: [Int]
  private let taughtIndices: [Int]

  init(recipe: TrainingRecipe, samples: [TrainingSample]) {
    self.recipe = recipe
    phantomIndices = samples.indices.filter { samples[$0].isPhantom }
    opacityIndices = samples.indices.filter { samples[$0].hasDrawnOpacity && !samples[$0].isPhantom }
    otherIndices = samples.indices.filter { samples[$0].kind == .lungs && !samples[$0].isPhantom }
    scoredIndices = samples.indices.filter { [.lungs, .scored].contains(samples[$0].kind) && !samples[$0].scores.isEmpty }
    clearIndices = samples.indices.filter { samples[$0].kind == .clear && !samples[$0].isSmall }
    smallClearIndices = samples.indices.filter { samples[$0].kind == .clear && samples[$0].isSmall }
    taughtIndices = samples.indices.filter { samples[$0].kind == .unlabeled && samples[$0].isKnown[SegmentationChannel.opacity.rawValue] }
  }

  /// Number of batches of an epoch of a phase.
  func batchCount(phase: Int) -> Int {
    let count = sampleCount(phase: phase)
    return count == 0 ? 0 : max(1, count / recipe.batch)
  }

  /// Number of batches of a whole phase, and of all phases.
  func stepCount(phase: Int) -> Int { batchCount(phase: phase) * recipe.phases[phase].epochs }
  var stepCount: Int { recipe.phases.indices.reduce(0) { $0 + stepCount(phase: $1) } }

  private func othersCount(phase: Int) -> Int { Int((Double(otherIndices.count) * recipe.phases[phase].othersShare).rounded()) }

  private func sampleCount(phase: Int) -> Int {
    opacityIndices.count * recipe.phases[phase].opacityRepeats + othersCount(phase: phase) + phantomCount(phase: phase)
      + scoredIndices.count * recipe.phases[phase].scoredRepeats + groups(phase: phase).reduce(0) { $0 + $1.count }
  }

  /// The groups of which an epoch shows some, drawn again each time, and how many of each.
  private func groups(phase: Int) -> [(indices: [Int], count: Int)] {
    let phase = recipe.phases[phase]
    return [(clearIndices, phase.clear), (smallClearIndices, phase.smallClear), (taughtIndices, phase.taught)].map { indices, count in
      (indices, min(count, indices.count))
    }
  }

  private func phantomCount(phase: Int) -> Int { min(recipe.phases[phase].phantoms, phantomIndices.count) }

  /// The batches of an epoch, cases with drawn opacity spread evenly over them; what does not fill a batch is left out.
  func batches(phase: Int, epoch: Int) -> [[Int]] {
    var generator = generator(phase: phase, epoch: epoch, batch: nil)
    var keyed: [(key: Double, index: Int)] = []
    func spread(_ indices: [Int]) {
      for (position, index) in indices.enumerated() {
        keyed.append(((Double(position) + generator.uniform()) / Double(indices.count), index))
      }
    }
    spread((0..<recipe.phases[phase].opacityRepeats).flatMap { _ in opacityIndices.shuffled(using: &generator) })
    spread(Array(otherIndices.shuffled(using: &generator).prefix(othersCount(phase: phase))))
    if phantomCount(phase: phase) > 0 {
      spread(Array(phantomIndices.shuffled(using: &generator).prefix(phantomCount(phase: phase))))
    }
    if recipe.phases[phase].scoredRepeats > 0 {
      spread((0..<recipe.phases[phase].scoredRepeats).flatMap { _ in scoredIndices.shuffled(using: &generator) })
    }
    for group in groups(phase: phase) where group.count > 0 {
      spread(Array(group.indices.shuffled(using: &generator).prefix(group.count)))
    }
    keyed.sort { ($0.key, $0.index) < ($1.key, $1.index) }
    let order = keyed.map(\.index)
    return (0..<batchCount(phase: phase)).map { batch in
      Array(order[batch * recipe.batch..<min(order.count, (batch + 1) * recipe.batch)]).shuffled(using: &generator)
    }
  }

  /// The source of random numbers of one batch, or of the order of an epoch.
  func generator(phase: Int, epoch: Int, batch: Int?) -> SeededGenerator {
    SeededGenerator(seed: recipe.seed).split(UInt64(phase)).split(UInt64(epoch)).split(batch.map { UInt64($0) + 1 } ?? 0)
  }
}

/// A batch as the network takes it.
struct TrainingBatch {
  let images: Tensor
  let target: SegmentationLoss.Target
  /// What readers scored of each image.
  let scores: [ReaderScores]
  /// Scores of the zones A-F as they are shown, for the images whose opacity was not drawn.
  let zones: [[Double]?]

  /// Draws altered versions of the samples, on all threads; each has its own generator, so the result does not depend on their number.
  init(
    _ indices: [Int], of samples: [TrainingSample], recipe: TrainingRecipe, othersLungWeight: Float, generator: SeededGenerator
  ) throws {
    let side = recipe.side
    let plane = side * side
    let channels = recipe.channelCount
    var images = Tensor(shape: [indices.count, 1, side, side])
    var bits = [UInt8](repeating: 0, count: indices.count * plane)
    var mirrored = [Bool](repeating: false, count: indices.count)
    let augmentation = Augmentation(recipe: recipe.augmentation, exchangesLungs: recipe.structures.isEmpty)
    try images.withUnsafeMutableBufferPointer { images in
      try bits.withUnsafeMutableBufferPointer { bits in
        try mirrored.withUnsafeMutableBufferPointer { mirrored in
          // Each band is one image with its own memory.
          nonisolated(unsafe) let (images, bits, mirrored) = (images, bits, mirrored)
          try Parallel.forEachBand(of: indices.count, grain: 1) { band in
            for item in band {
              var generator = generator.split(UInt64(item))
              mirrored[item] = augmentation.draw(
                samples[indices[item]], using: &generator,
                pixels: UnsafeMutableBufferPointer(rebasing: images[item * plane..<(item + 1) * plane]),
                truth: UnsafeMutableBufferPointer(rebasing: bits[item * plane..<(item + 1) * plane]))
            }
          }
        }
      }
    }
    self.images = images
    scores = indices.map { samples[$0].scores }
    zones = zip(indices, mirrored).map { index, isMirrored in
      guard !samples[index].hasDrawnOpacity, let zones = samples[index].scores.zones else { return nil }
      return isMirrored ? LungZone.allCases.map { zones[$0.mirrored.index] } : zones
    }
    target = SegmentationLoss.Target(
      bits: bits,
      known: indices.flatMap { index in
        (0..<channels).map { channel in
          guard samples[index].isKnown[channel] else { return Float(0) }
          let isForeignLung = samples[index].kind == .lungs && channel != SegmentationChannel.opacity.rawValue
          return isForeignLung ? othersLungWeight : 1
        }
      })
  }
}
