import SegLang
import Testing

@Suite("Signatures are read from the command types")
struct SignatureTests {
  @Test func `names come from types and properties`() throws {
    #expect(toys.names == ["count", "each", "load", "morph-open", "overlay", "pick", "save", "segment", "sweep", "threshold", "where"])
    let open = try #require(toys["morph-open"])
    #expect(open.parameters.map(\.name) == ["mask", "radius", "shape", "times"])
    #expect(open.parameters.map(\.type.description) == ["Mask", "Length", "Choice", "Number"])
    #expect(open.parameters.map(\.isOptional) == [false, true, true, true])
    #expect(open.parameters.map(\.declaration.defaultLiteral) == [nil, "1px", "disk", "1"])
    #expect(open["shape"]?.choices.map(\.name) == ["disk", "square", "tall-diamond"])
    #expect(open["radius"]?.declaration.range == 0.5...500)
    #expect(open.command.declaredOutputType == .of(Stencil.self))
    #expect(toys["save"]?.command.declaredOutputType == .nothing)
    #expect(toys["count"]?.command.declaredOutputType == .of(Double.self))
  }

  @Test func `types know what they are accepted as`() {
    #expect(ValueType.of(Parts.self).fit(.of(Stencil.self)) == .converted)
    #expect(ValueType.of(Stencil.self).fit(.of(Parts.self)) == .no)
    #expect(ValueType.anything.fit(.of(Parts.self)) == .perhaps)
    #expect(ValueType.of(Double.self).fit(.of(Intensity.self)) == .converted)
  }
}
