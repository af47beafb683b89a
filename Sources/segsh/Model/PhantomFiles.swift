import ImageOps

/// `segsh phantom`: a synthetic X-ray and its truth as files.
enum PhantomFiles {
  static func write(_ path: String, seed: UInt64, size: Int, lungs: String?, opacity: String?) throws {
    Interrupt.install(isInteractive: false)
    let phantom = try Phantom.make(seed: seed, size: Size(width: size, height: size), polling: Cancellation { Interrupt.isPending })
    try phantom.image.write(to: path)
    if let lungs { try phantom.lungs.write(to: lungs) }
    if let opacity { try phantom.opacity.write(to: opacity) }
  }
}
