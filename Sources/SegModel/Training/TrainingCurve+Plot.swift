import ImageOps

extension TrainingCurve {
  /// The curves over the epochs: loss, soft Dice on the altered training pictures, and Dice on the cases held out.
  /// - Throws: nothing that a curve can cause.
  public func plot() throws -> ColorImage {
    func series(_ name: String, _ value: (Point) -> Double?) -> LinePlot.Series {
      LinePlot.Series(name, points: points.compactMap { point in value(point).map { LinePlot.Point(x: Double(point.epoch), y: $0) } })
    }
    var all = [series("loss") { $0.loss }]
    for channel in SegmentationChannel.allCases {
      all.append(
        series("\(channel.name), training") { point in
          point.trainingDice.indices.contains(channel.rawValue) ? point.trainingDice[channel.rawValue] : nil
        })
    }
    all.append(series("lungs, held out") { $0.heldOut?.lungs })
    all.append(series("opacity, held out") { $0.heldOut?.opacityMean })
    return try LinePlot(
      title: "Training", xLabel: "epoch", yLabel: "loss and Dice", series: all.filter { !$0.points.isEmpty }, yLimits: 0...2
    ).drawn()
  }
}
