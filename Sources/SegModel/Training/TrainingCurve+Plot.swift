import ImageOps
import Plotting

extension TrainingCurve {
  /// A plot of the curve over epochs: loss, soft Dice on augmented training images, and Dice on held-out cases.
  public var figure: Figure {
    var series: [(name: String, points: [Plotting.Point])] = []
    func add(_ name: String, _ value: (Point) -> Double?) {
      let points = points.compactMap { point in value(point).map { Plotting.Point(x: Double(point.epoch), y: $0) } }
      if !points.isEmpty { series.append((name, points)) }
    }
    add("loss") { $0.loss }
    for channel in SegmentationChannel.allCases {
      add("\(channel.name), training") { point in
        point.trainingDice.indices.contains(channel.rawValue) ? point.trainingDice[channel.rawValue] : nil
      }
    }
    add("lungs, held out") { $0.heldOut?.lungs }
    add("opacity, held out") { $0.heldOut?.opacityMean }
    let beyond = series.flatMap(\.points).count { $0.y > 2 }
    return Figure(
      title: "Training", notes: beyond > 0 ? ["\(beyond) value\(beyond == 1 ? "" : "s") above 2 not shown"] : [], x: Axis("epoch"),
      y: Axis("loss and Dice", limits: 0...2),
      marks: series.enumerated().map { Mark(.line($0.element.points), name: $0.element.name, tone: .series($0.offset)) }, width: 170)
  }
}
