import Network

/// A linear layer on the encoder's pooled features that predicts reader scores and was trained with the network.
public struct ScoreLayer: Sendable, Equatable {
  /// For each goal the weights of the features and, last, the bias.
  let rows: [[Float]]

  private static let contentName = "severity.scores"

  init(rows: [[Float]]) {
    precondition(rows.count == ReaderScores.Goal.allCases.count && Set(rows.map(\.count)).count == 1, "a row for each goal")
    self.rows = rows
  }

  /// Shares of the full scores, one a goal; near 0...1, 0 where features are beyond all numbers.
  func scores(of features: [Float]) -> [Double] {
    rows.map { row in
      let sum = zip(row, features).reduce(Double(row[row.count - 1])) { $0 + Double($1.0) * Double($1.1) }
      return sum.isFinite ? min(max(sum, -1), 2) : 0
    }
  }

  var content: Safetensors.Content {
    Safetensors.Content(name: Self.contentName, shape: [rows.count, rows[0].count], values: rows.flatMap { $0 })
  }

  /// The layer of a model's file; nil where there is none.
  init?(in file: Safetensors, featureCount: Int) throws {
    guard file.entries[Self.contentName] != nil else { return nil }
    let count = ReaderScores.Goal.allCases.count
    let values = try file.floats(Self.contentName, shape: [count, featureCount + 1])
    rows = (0..<count).map { Array(values[$0 * (featureCount + 1)..<($0 + 1) * (featureCount + 1)]) }
  }
}
