/// An array of `Float` of any rank, contiguous in row-major order (the last axis fastest). Images are N×C×H×W.
///
/// It has value semantics: a copy shares storage until one of the two is written.
public struct Tensor: @unchecked Sendable {
  // Sendable: the storage is private to this file and written only while it is uniquely referenced.
  /// The length of each axis; empty for a single number.
  public let shape: [Int]
  private var storage: FloatBuffer

  /// The maximum number of elements (4 GiB of floats); larger tensors are refused before memory is allocated.
  public static let maximumCount = 1 << 30

  /// Creates a tensor of zeros.
  /// - Precondition: `Tensor.count(of: shape)` is not nil.
  public init(shape: [Int]) {
    guard let count = Tensor.count(of: shape) else { preconditionFailure("a tensor has a shape within bounds") }
    self.shape = shape
    storage = FloatBuffer(count: count)
  }

  /// Creates a tensor from elements in row-major order.
  /// - Precondition: As many values as the shape has elements.
  public init(shape: [Int], values: [Float]) {
    self.init(shape: shape)
    storage.values = values
  }

  /// Returns the number of elements of a shape; nil if an axis is negative or the product exceeds ``maximumCount``.
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

  /// The number of elements.
  public var count: Int { storage.count }
  /// The number of axes.
  public var rank: Int { shape.count }

  /// The elements in row-major order (a copy).
  public var values: [Float] { storage.values }

  /// Calls `body` with the elements for reading; the pointer is valid only inside `body`.
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withUnsafeBufferPointer(body)
  }

  /// Calls `body` with the elements for writing, copied first if another tensor shares them; the pointer is valid only inside `body`.
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

  /// The element (image, channel, row, column) of an N×C×H×W tensor.
  /// - Precondition: Rank 4 and indices inside the shape.
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
  /// Whether shapes and elements are equal; a tensor with NaN differs from itself.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape && left.withUnsafeBufferPointer { a in right.withUnsafeBufferPointer { b in a.elementsEqual(b) } }
  }
}
