import Testing

@testable import Network

@Suite struct OptimizerTests {
  private func settings(_ schedule: LearningRateSchedule) -> [Double] {
    (0..<40).flatMap { step -> [Double] in
      let setting = schedule.setting(step: step, total: 40, peak: 2e-3)
      return [setting.rate, setting.firstDecay]
    }
  }

  @Test(arguments: LearningRateSchedule.allCases) func `schedules agree with PyTorch`(schedule: LearningRateSchedule) throws {
    expectClose(settings(schedule), try fixture("optimizer").doubles(schedule.rawValue), relative: 1e-6, absolute: 1e-12)
  }

  @Test(arguments: LearningRateSchedule.allCases) func `schedules are defined for any number of steps`(schedule: LearningRateSchedule) {
    for total in 1...30 {
      for step in -1...total + 1 {
        let setting = schedule.setting(step: step, total: total, peak: 1)
        #expect((0...1.000001).contains(setting.rate) && (0.85...0.95).contains(setting.firstDecay), "step \(step) of \(total)")
      }
    }
  }

  private func parameter(_ values: [Float], decays: Bool) -> Parameter {
    let parameter = Parameter(name: decays ? "weight" : "bias", shape: [values.count], decays: decays)
    parameter.values.values = values
    return parameter
  }

  @Test func `moves weights as PyTorch does`() throws {
    let file = try fixture("optimizer")
    let weight = parameter(try file.floats("weight"), decays: true)
    let bias = parameter(try file.floats("bias"), decays: false)
    let optimizer = AdamW([weight, bias], weightDecay: 0.05)
    let (weightGradients, biasGradients) = (try file.floats("weight_gradients"), try file.floats("bias_gradients"))
    for step in 0..<40 {
      weight.gradients.values = Array(weightGradients[step * 6..<(step + 1) * 6])
      bias.gradients.values = Array(biasGradients[step * 3..<(step + 1) * 3])
      let setting = LearningRateSchedule.oneCycle.setting(step: step, total: 40, peak: 2e-3)
      try optimizer.update(rate: Float(setting.rate), firstDecay: Float(setting.firstDecay))
    }
    expectClose(weight.values.values, try file.floats("weight_after"), relative: 1e-5, absolute: 1e-7)
    expectClose(bias.values.values, try file.floats("bias_after"), relative: 1e-5, absolute: 1e-7)
  }

  @Test func `some parameters move at a share of the rate`() throws {
    let file = try fixture("optimizer")
    func moved(rate: Float, factor: Float) throws -> [[Float]] {
      let weight = parameter(try file.floats("weight"), decays: true)
      let bias = parameter([1, 2, 3], decays: false)
      let optimizer = AdamW([weight, bias], weightDecay: 0.05) { $0.decays ? factor : 1 }
      weight.gradients.values = Array(try file.floats("weight_gradients")[..<weight.count])
      bias.gradients.values = [1, -1, 2]
      try optimizer.update(rate: rate)
      return [weight.values.values, bias.values.values]
    }
    let (whole, half, slow) = (try moved(rate: 0.1, factor: 1), try moved(rate: 0.1, factor: 0.5), try moved(rate: 0.05, factor: 1))
    #expect(half[0] == slow[0] && half[1] == whole[1] && half[0] != whole[0])
  }

  @Test func `clips the joint norm`() throws {
    let file = try fixture("optimizer")
    let weight = parameter([Float](repeating: 0, count: 6), decays: true)
    let bias = parameter([0, 0, 0], decays: false)
    weight.gradients.values = Array(try file.floats("weight_gradients")[..<6])
    bias.gradients.values = Array(try file.floats("bias_gradients")[..<3])
    expectClose([GradientClipping.clip([weight, bias], to: 0.5)], try file.doubles("norm"), relative: 1e-6)
    expectClose(weight.gradients.values, try file.floats("clipped_weight"), relative: 1e-5)
    expectClose(bias.gradients.values, try file.floats("clipped_bias"), relative: 1e-5)
    let before = weight.gradients.values
    GradientClipping.clip([weight, bias], to: 10)
    #expect(weight.gradients.values == before, "a short gradient stays as it is")
  }

  @Test func `averages forget the beginning`() throws {
    let network = UNet(try UNetConfiguration(classes: 3, width: 8), seed: 1)
    let average = WeightAverage(of: network, decay: 0.9)
    let parameter = network.parameters[0]
    parameter.values.values = [Float](repeating: 2, count: parameter.count)
    var expected = try #require(average.averages.first).values
    for update in 1...5 {
      average.update()
      let share = 1 - min(0.9, Float(1 + update) / Float(10 + update))
      expected = expected.map { $0 + (2 - $0) * share }
    }
    expectClose(average.averages[0].values, expected, relative: 1e-6)
    #expect(average.weights.count == network.parameters.count + network.buffers.count)
  }
}
