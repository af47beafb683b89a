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
    for (number, channel) in channels.enumerated() {
      add("\(channel), training") { $0.trainingDice.indices.contains(number) ? $0.trainingDice[number] : nil }
      add("\(channel), held out") { point in
        (point.heldOut?.structures).flatMap { $0.indices.contains(number) ? $0[number] : nil }
      }
    }
    add("lungs, held out") { $0.heldOut.flatMap { $0.structures.isEmpty ? $0.lungs : nil } }
    add("opacity, held out") { $0.heldOut.flatMap { $0.structures.isEmpty ? $0.opacityMean : nil } }
    let beyond = series.flatMap(\.points).count { $0.y > 2 }
    return Figure(
      title: "Training", notes: beyond > 0 ? ["\(beyond) value\(beyond == 1 ? "" : "s") above 2 not shown"] : [], x: Axis("epoch"),
      y: Axis("loss and Dice", limits: 0...2),
      marks: series.enumerated().map { Mark(.line($0.element.points), name: $0.element.name, tone: .series($0.offset)) }, width: 170)
  }
}
