import Basics

/// A case whose segmentation a reader accepted.
public struct AcceptedCase: Sendable {
  /// The X-ray and what was drawn.
  public let record: CaseRecord
  /// Whether a reader changed the model's segmentation, or drew it.
  public let isCorrected: Bool

  /// Creates an accepted case.
  public init(_ record: CaseRecord, isCorrected: Bool) { (self.record, self.isCorrected) = (record, isCorrected) }
}

/// An error that prevents learning from accepted cases.
public enum LearningError: Error, Equatable, CustomStringConvertible {
  /// There are too few patients whose segmentation was corrected or drawn.
  case tooFewCorrected(patients: Int, known: Int, unchanged: Int)
  /// Nothing was accepted.
  case nothingAccepted(String)

  public var description: String {
    switch self {
    case .tooFewCorrected(let patients, let known, let unchanged):
      "learning needs corrected or drawn cases of at least \(CaseSplit.leastPatients) patients, "
        + "\(CaseSplit.leastLearned) to learn from and \(CaseSplit.leastHeldOut) to prove the gain; there \(patients == 1 ? "is" : "are") \(patients)"
        + (known > 0 ? ". The model already learned from \(known) of them, so these cannot prove a gain" : "")
        + (unchanged > 0 ? ". Cases accepted without a change (\(unchanged)) do not count" : "")
    case .nothingAccepted(let place): "no case of \(place) was accepted; accept or correct cases with `worklist` first"
    }
  }
}

/// Accepted cases, divided by patient into those to learn from and those that prove the gain.
///
/// Patients are ordered by a hash of their identifier, the first ones are held out: the same cases always give the same division.
struct CaseSplit: Sendable {
  static let leastHeldOut = 3
  static let leastLearned = 3
  static var leastPatients: Int { leastHeldOut + leastLearned }

  let learned: [AcceptedCase]
  let heldOut: [AcceptedCase]

  /// - Parameters:
  ///   - share: The share of the patients to hold out, 0...1.
  ///   - known: Digests of images that the starting model learned from; their patients are learned from, never held out.
  /// - Throws: `LearningError.tooFewCorrected`.
  init(_ cases: [AcceptedCase], share: Double, known: Set<String> = []) throws(LearningError) {
    let knownPatients = Set(cases.filter { $0.record.imageDigest.map(known.contains) ?? false }.map(\.record.patient))
    let corrected = Set(cases.filter(\.isCorrected).map(\.record.patient))
    let fresh = corrected.subtracting(knownPatients)
    guard fresh.count >= Self.leastHeldOut, corrected.count >= Self.leastPatients else {
      throw .tooFewCorrected(
        patients: corrected.count, known: corrected.count - fresh.count, unchanged: Set(cases.map(\.record.patient)).count - corrected.count
      )
    }
    let unchanged = Set(cases.map(\.record.patient)).subtracting(corrected).subtracting(knownPatients)
    let most = corrected.count - Self.leastLearned
    let heldOut = Set(
      Self.ordered(fresh).prefix(min(most, max(Self.leastHeldOut, Int((share * Double(corrected.count)).rounded()))))
        + Self.ordered(unchanged).prefix(Int((share * Double(unchanged.count)).rounded())))
    learned = cases.filter { !heldOut.contains($0.record.patient) }
    self.heldOut = cases.filter { heldOut.contains($0.record.patient) }
  }

  /// In the order of their hashes.
  static func ordered(_ patients: Set<String>) -> [String] {
    patients.map { (key: Dataset.digest(of: $0), name: $0) }.sorted { ($0.key, $0.name) < ($1.key, $1.name) }.map(\.name)
  }
}

/// A reference set, divided by patient into cases that are shown while learning, so that they are not forgotten, and cases that prove it.
struct ReferenceSplit: Sendable {
  /// The largest number of cases for the proof; more would add time and little certainty.
  static let proofLimit = 60

  let rehearsed: [CaseRecord]
  let heldOut: [CaseRecord]

  /// - Parameters:
  ///   - share: The share of the patients to hold out, 0...1; at least one.
  ///   - excluded: Digests of images to leave out, because they were accepted as well.
  ///   - learned: The number of cases to learn. At most twice as many are rehearsed, but up to 24 in any case.
  init(_ records: [CaseRecord], share: Double, excluding excluded: Set<String>, learned: Int) {
    let usable = records.filter { [.opacity, .lungs, .clear].contains($0.kind) && !($0.imageDigest.map(excluded.contains) ?? false) }
    let order = CaseSplit.ordered(Set(usable.map(\.patient)))
    let count = order.isEmpty ? 0 : max(1, Int((share * Double(order.count)).rounded()))
    let held = Set(order.prefix(count))
    let position = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let sorted = usable.sorted { (position[$0.patient] ?? 0, $0.id) < (position[$1.patient] ?? 0, $1.id) }
    // Opacity is what most can be lost of, and the fewest cases have it.
    let proof = sorted.filter { held.contains($0.patient) }
    heldOut = Array((proof.filter { $0.kind == .opacity } + proof.filter { $0.kind != .opacity }).prefix(Self.proofLimit))
    rehearsed = Array(sorted.filter { !held.contains($0.patient) }.prefix(max(24, 2 * learned)))
  }
}
