/// An array of `Float` of any rank, contiguous in row-major order (the last axis fastest). Images are N×C×H×W.
///
/// A value: a copy shares storage until one of the two is written.
public struct Tensor: @unchecked Sendable {
  // Sendable: the storage is private to this file and written only while it is uniquely referenced.
  /// Extent of each axis; empty for a single number.
  public let shape: [Int]
  private var storage: FloatBuffer

  /// The largest number of elements that a tensor may have (4 GiB of floats); what claims more is refused before memory is taken.
  public static let maximumCount = 1 << 30

  /// A tensor of zeros.
  /// - Precondition: `Tensor.count(of: shape)` is not nil.
  public init(shape: [Int]) {
    guard let count = Tensor.count(of: shape) else { preconditionFailure("a tensor has a shape within bounds") }
    self.shape = shape
    storage = FloatBuffer(count: count)
  }

  /// A tensor of the given elements in row-major order.
  /// - Precondition: as many values as the shape has elements.
  public init(shape: [Int], values: [Float]) {
    self.init(shape: shape)
    storage.values = values
  }

  /// Number of elements of a shape; nil where an extent is negative or the product exceeds ``maximumCount``.
  public static func count(of shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      guard extent >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= maximumCount else { return nil }
      count = product
    }
    return count
  }

  /// The elements, for reading alone; while somebody else holds the buffer, writing to the tensor copies it first.
  var sharedBuffer: FloatBuffer { storage }

  public var count: Int { storage.count }
  public var rank: Int { shape.count }

  /// The elements in row-major order (a copy).
  public var values: [Float] { storage.values }

  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withUnsafeBufferPointer(body)
  }

  /// Gives the elements for writing; copies them first where another tensor shares them.
  public mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = FloatBuffer(count: storage.count)
      copy.base.update(from: storage.base, count: storage.count)
      storage = copy
    }
    return try storage.withUnsafeMutableBufferPointer(body)
  }

  /// Element (image, channel, row, column) of an N×C×H×W tensor.
  public subscript(image: Int, channel: Int, row: Int, column: Int) -> Float {
    get { storage.base[offset(image, channel, row, column)] }
    set {
      let index = offset(image, channel, row, column)
      withUnsafeMutableBufferPointer { $0[index] = newValue }
    }
  }

  private func offset(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
    precondition(rank == 4, "an N×C×H×W tensor")
    precondition((0..<shape[0]).contains(image) && (0..<shape[1]).contains(channel), "an image and a channel of the tensor")
    precondition((0..<shape[2]).contains(row) && (0..<shape[3]).contains(column), "a pixel of the tensor")
    return ((image * shape[1] + channel) * shape[2] + row) * shape[3] + column
  }
}

extension Tensor: Equatable {
  /// Same shape and same elements by `==` (a NaN differs from itself).
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape && left.withUnsafeBufferPointer { a in right.withUnsafeBufferPointer { b in a.elementsEqual(b) } }
  }
}
