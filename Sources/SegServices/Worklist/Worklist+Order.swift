import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

extension Worklist {
  /// Which cases come first.
  package enum Order: String, Choice {
    case given, uncertain

    package var choiceHelp: String {
      switch self {
      case .given: "as the folder, table or archive lists them"
      case .uncertain: "doubtful cases first, then those with the widest interval of the percentage; cases without a score are scored first"
      }
    }
  }

  /// The places of the items in an order. It depends on what the model found, never on what a reader decided, so that it stays the same.
  static func places(_ scores: [WorklistStore.Measurement?], in order: Order) -> [Int] {
    guard order == .uncertain else { return Array(scores.indices) }
    func rank(_ score: WorklistStore.Measurement?) -> (Int, Double) {
      guard let score else { return (2, 0) }
      let width = score.interval.map { $0.upperBound - $0.lowerBound } ?? 0
      // No lungs found is a doubt too.
      return (score.doubt != nil || score.percent == nil ? 0 : 1, -width)
    }
    let ranks = scores.map(rank)
    return scores.indices.sorted { (ranks[$0].0, ranks[$0].1, $0) < (ranks[$1].0, ranks[$1].1, $1) }
  }

  /// Puts the items into an order.
  package mutating func sort(by order: Order) { items = Self.places(items.map(\.score), in: order).map { items[$0] } }

  /// Segments and measures the cases that have no score, each of which is kept at once. A case that cannot be read has no score, which a note says.
  /// - Throws: What opening the model throws; `WorklistStore.Failure`, `CancellationError`.
  package mutating func scoreMissing(_ store: WorklistStore?, _ context: Context) throws {
    let missing = items.indices.filter { index in
      items[index].score.map { $0.percent != nil && $0.interval == nil } ?? true
    }
    guard !missing.isEmpty else { return }
    let segmenter = try ModelCache.segmenter(.standard, context)
    let model = ModelCache.currentDigest(of: ModelName.standard.oneLine)
    var failures: [Int] = []
    for (count, index) in missing.enumerated() {
      try context.checkCancellation()
      context.progress(Double(count) / Double(missing.count), "scoring")
      do {
        let bytes = try FileBytes.read(context.existing(items[index].file))
        let severity = try Severity(segmenter.segment(try GrayImage.decode(bytes, name: items[index].file.name)))
        let score = WorklistStore.Measurement(severity, image: SHA256.hexDigest(of: bytes), model: model)
        try store?.setScore(items[index].key, score)
        items[index].score = score
      } catch let error as CancellationError {
        throw error
      } catch let failure as WorklistStore.Failure {
        throw failure
      } catch {
        failures.append(index)
      }
    }
    guard let first = failures.first else { return }
    let others = failures.count == 1 ? "" : " and \(failures.count - 1) other\(failures.count == 2 ? "" : "s")"
    context.note("\(items[first].file.name)\(others) could not be read or scored and come\(failures.count == 1 ? "s" : "") last")
  }
}

extension WorklistStore.Measurement {
  package init(_ severity: Severity, image: String?, model: String?) {
    self.init()
    (percent, interval, doubt) = (severity.percent?.value, severity.percent?.interval, severity.doubt?.rawValue)
    (self.image, self.model) = (image, model)
  }
}
