import Foundation
import Testing

@testable import Network

/// The stored results of an independent implementation.
func fixture(_ name: String) throws -> Safetensors {
  let path = try #require(Bundle.module.path(forResource: "Fixtures/\(name)", ofType: "safetensors"))
  return try Safetensors(path: path)
}

extension Safetensors {
  func doubles(_ name: String) throws -> [Double] { try floats(name).map(Double.init) }
}

/// Whether all elements differ by at most `absolute + relative * |expected|`.
func expectClose(
  _ values: [Double], _ expected: [Double], relative: Double = 1e-4, absolute: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == expected.count, sourceLocation: sourceLocation)
  for (index, pair) in zip(values, expected).enumerated() {
    #expect(
      abs(pair.0 - pair.1) <= absolute + relative * abs(pair.1), "element \(index): \(pair.0), expected \(pair.1)",
      sourceLocation: sourceLocation)
  }
}

func expectClose(
  _ values: [Float], _ expected: [Float], relative: Double = 1e-4, absolute: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(values.map(Double.init), expected.map(Double.init), relative: relative, absolute: absolute, sourceLocation: sourceLocation)
}
