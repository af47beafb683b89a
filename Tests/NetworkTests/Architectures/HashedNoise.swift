@testable import Network

/// Uniform in −1...1: the hash of index and name that the fixture's script computes too.
func hashedNoise(_ name: String, _ count: Int, seed: UInt64) -> [Float] {
  var crc: UInt32 = ~0
  for byte in name.utf8 {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  let start = UInt64(~crc) + seed
  return (0..<count).map { index in
    var z = (UInt64(index) &+ start) &* 0x9E37_79B9_7F4A_7C15
    z ^= z >> 32
    z = z &* 0xD6E8_FEB8_6659_FD93
    z ^= z >> 32
    return Float(Double(z >> 40) / 8_388_608 - 1)
  }
}

/// Weights that depend on their names, places and the seed alone, as `Tools/fixtures/reference_unet.py` makes them.
func hashedWeights(of network: UNet, seed: UInt64) -> [String: Tensor] {
  var result: [String: Tensor] = [:]
  for parameter in network.parameters + network.buffers {
    var values = hashedNoise(parameter.name, parameter.count, seed: seed)
    if parameter.name.hasSuffix("running_var") || (parameter.shape.count == 1 && parameter.name.hasSuffix("weight")) {
      values = values.map { 1 + $0 / 2 }
    } else if parameter.shape.count == 4 {
      let deviation = Float((6 / Double(parameter.count / parameter.shape[0])).squareRoot())
      values = values.map { $0 * deviation }
    }
    result[parameter.name] = Tensor(shape: parameter.shape, values: values)
  }
  return result
}
