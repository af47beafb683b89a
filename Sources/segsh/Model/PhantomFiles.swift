import Basics
import ImageOps
import SegCommands
import SegServices
import Terminal

/// `segsh phantom`: a synthetic X-ray and its truth as files.
enum PhantomFiles {
  static func write(_ path: String, seed: UInt64, size: Int, lungs: String?, opacity: String?, heart: String?) throws {
    Interrupt.install(isInteractive: false)
    let phantom = try Interrupt.polled { try Phantom.make(seed: seed, size: Size(width: size, height: size)) }
    func options(_ property: String) -> EncodingOptions {
      // The language counts seeds as numbers, which hold no greater one exactly.
      EncodingOptions(
        text: seed <= 1_000_000_000_000_000 ? Recipe.notes(line: "truth = (phantom seed=\(seed) size=\(size)).\(property)") : [])
    }
    try phantom.image.write(to: path, options: options("image"))
    if let lungs { try phantom.lungs.write(to: lungs, options: options("lungs")) }
    if let opacity { try phantom.opacity.write(to: opacity, options: options("opacity")) }
    if let heart { try phantom.heart.write(to: heart, options: options("heart")) }
  }
}
