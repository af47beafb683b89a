import Basics
import ImageOps
internal import Platform

/// Chooses the X-rays whose correction would teach a model most.
///
/// Each candidate has an uncertainty, the mean entropy of the opacity's probability over the lungs (uncertainty sampling: Settles 2009), and a place in
/// the space of the encoder's pooled features. The choice is greedy: each time the candidate with the largest product of uncertainty and distance to
/// the nearest case that is known or chosen already, so that similar images are not chosen twice (k-center, core-set: Sener and Savarese 2018).
/// Deterministic.
public struct CaseSelection: Sendable {
  /// An X-ray as the model sees it.
  public struct Candidate: Sendable {
    /// Mean entropy of the probability of opacity over the lungs, in bits, 0...1; 0 if no lungs were found.
    public let uncertainty: Double
    /// The encoder's pooled features.
    public let features: [Float]
    /// The opaque share in percent; nil if no lungs were found.
    public let percent: Double?
    /// A reason to doubt that the image is suitable.
    public let doubt: ImageCheck.Doubt?

    init(uncertainty: Double, features: [Float], percent: Double? = nil, doubt: ImageCheck.Doubt? = nil) {
      (self.uncertainty, self.features, self.percent, self.doubt) = (uncertainty, features, percent, doubt)
    }

    /// Segments an X-ray.
    /// - Throws: `CancellationError`.
    public init(_ image: GrayImage, by segmenter: Segmenter) throws {
      let found = try segmenter.segment(image)
      guard let prediction = found.prediction else { preconditionFailure("a model's segmentation has a prediction") }
      self.init(
        uncertainty: Self.entropy(prediction, lungThreshold: segmenter.model.thresholds.lungs), features: prediction.features,
        percent: try Severity(found).percent?.value, doubt: found.doubt)
    }

    static func entropy(_ prediction: Segmentation.Prediction, lungThreshold: Float) -> Double {
      let plane = prediction.side * prediction.side
      var (sum, count) = (0.0, 0)
      for pixel in 0..<plane where max(prediction.planes[pixel], prediction.planes[plane + pixel]) >= lungThreshold {
        let p = Double(prediction.planes[2 * plane + pixel])
        count += 1
        if p > 0, p < 1 { sum -= p * log2(p) + (1 - p) * log2(1 - p) }
      }
      return count == 0 ? 0 : sum / Double(count)
    }
  }

  /// A chosen candidate.
  public struct Choice: Sendable, Equatable {
    /// Its position among the candidates.
    public let index: Int
    /// The distance to the nearest known or chosen case in standard deviations of the features; nil for the first choice if nothing is known.
    public let distance: Double?
  }

  /// Chooses candidates, the most instructive first. Those with a doubt or without lungs are left out. O(choices · candidates · features).
  /// - Parameters:
  ///   - known: The features of cases that were accepted already.
  ///   - count: How many to choose; fewer if there are not as many.
  public static func choose(_ count: Int, from candidates: [Candidate], known: [[Float]]) -> [Choice] {
    let usable = candidates.indices.filter { candidates[$0].doubt == nil && candidates[$0].percent != nil }
    let scales = scales(of: usable.map { candidates[$0].features } + known)
    func distance(_ one: [Float], _ other: [Float]) -> Double {
      var sum = 0.0
      for index in scales.indices where scales[index] > 0 {
        let difference = Double(one[index] - other[index]) * scales[index]
        sum += difference * difference
      }
      return (sum / Double(max(1, scales.count))).squareRoot()
    }
    var nearest = usable.map { index in known.map { distance(candidates[index].features, $0) }.min() }
    var choices: [Choice] = []
    var isChosen = [Bool](repeating: false, count: usable.count)
    while choices.count < min(count, usable.count) {
      var best: (place: Int, value: Double)?
      for place in usable.indices where !isChosen[place] {
        let value = candidates[usable[place]].uncertainty * (nearest[place] ?? 1)
        if best.map({ value > $0.value }) ?? true { best = (place, value) }
      }
      guard let place = best?.place else { break }
      isChosen[place] = true
      choices.append(Choice(index: usable[place], distance: nearest[place]))
      for other in usable.indices where !isChosen[other] {
        let gap = distance(candidates[usable[other]].features, candidates[usable[place]].features)
        nearest[other] = min(nearest[other] ?? gap, gap)
      }
    }
    return choices
  }

  /// The inverse standard deviation of each feature; 0 for one that does not vary or is not finite.
  private static func scales(of rows: [[Float]]) -> [Double] {
    guard let first = rows.first else { return [] }
    return first.indices.map { column in
      let values = rows.map { Double($0[column]) }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      return variance.isFinite && variance > 1e-12 ? 1 / variance.squareRoot() : 0
    }
  }
}
