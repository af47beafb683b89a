extension SyntaxTree {
  /// The structure of the text as nested lists, without its layout: texts of the same structure differ only in blanks, line breaks,
  /// comments and semicolons. For tests and tools.
  public var structure: String {
    var writer = StructureWriter(source: source)
    writer.write(statements)
    return writer.text
  }
}

/// Writes a tree as nested lists.
private struct StructureWriter {
  let source: SourceText
  var text = ""

  mutating func write(_ statements: [Statement]) {
    for statement in statements { write(statement) }
  }

  private mutating func list(_ head: String, _ body: (inout StructureWriter) -> Void) {
    text += "(" + head
    body(&self)
    text += ")"
  }

  private mutating func word(_ word: String) { text += " `\(word)`" }

  private mutating func write(_ statement: Statement) {
    switch statement.kind {
    case .invalid: text += "(invalid)"
    case .version(let version): text += "(seglang \(version.map(String.init) ?? ""))"
    case .assignment(let name, let isReassignment, let pipeline):
      list(isReassignment ? "set" : "let") {
        $0.word(name.text)
        $0.write(pipeline)
      }
    case .pipeline(let pipeline): write(pipeline)
    case .conditional(let branches, let otherwise):
      list("if") {
        for branch in branches {
          $0.write(branch.condition)
          $0.write(branch.body)
        }
        if let otherwise { $0.write(otherwise) }
      }
    case .loop(let name, let sequence, let body):
      list("for") {
        $0.word(name.text)
        $0.write(sequence)
        $0.write(body)
      }
    case .whileLoop(let condition, let body):
      list("while") {
        $0.write(condition)
        $0.write(body)
      }
    case .function(let declaration):
      list("fn") {
        $0.word(declaration.name.text)
        for parameter in declaration.parameters {
          $0.word(parameter.name.text)
          if let type = parameter.type { $0.word(type.text) }
          if let standard = parameter.standard { $0.write(standard) }
        }
        $0.write(declaration.body)
      }
    case .leave(let endsLoop): list(endsLoop ? "break" : "continue") { _ in }
    case .return(let pipeline): list("return") { if let pipeline { $0.write(pipeline) } }
    case .parameter(let parameter):
      list("param") {
        $0.word(parameter.name.text)
        if let type = parameter.type { $0.word(type.text) }
        if let standard = parameter.standard { $0.write(standard) }
        if let range = parameter.range {
          $0.word(range.low.text)
          $0.word(range.high.text)
        }
        if let help = parameter.help { $0.write(help) }
      }
    case .print(let pipeline, let isLog): list(isLog ? "log" : "print") { $0.write(pipeline) }
    case .assertion(let pipeline, let isExpectation): list(isExpectation ? "expect" : "assert") { $0.write(pipeline) }
    case .use(let path, let alias):
      list("use") {
        $0.word(path.text)
        $0.word(alias.text)
      }
    case .attempt(let body, let name, let handler):
      list("try") {
        $0.write(body)
        $0.word(name.text)
        $0.write(handler)
      }
    }
  }

  private mutating func write(_ block: Block) { list("block") { $0.write(block.statements) } }

  private mutating func write(_ pipeline: Pipeline) {
    list("pipe") { writer in
      for stage in pipeline.stages {
        switch stage {
        case .expression(let expression): writer.write(expression)
        case .invocation(let invocation):
          writer.list("call") {
            $0.word(invocation.name.text)
            for argument in invocation.arguments {
              if let name = argument.name { $0.word((argument.isDashed ? "--" : "") + name.text + "=") }
              if let content = argument.content { $0.write(content) }
            }
          }
        }
      }
    }
  }

  private mutating func write(_ content: ArgumentNode.Content) {
    switch content {
    case .word(let word): self.word(word.text)
    case .text(let text): write(text)
    case .expression(let expression): write(expression)
    case .block(let block): write(block)
    }
  }

  private mutating func write(_ literal: TextLiteral) {
    list("text") {
      for segment in literal.segments {
        switch segment {
        case .characters(let characters): $0.word(characters)
        case .value(let pipeline, let decimals):
          $0.write(pipeline)
          if let decimals { $0.word(String(decimals)) }
        }
      }
    }
  }

  private mutating func write(_ expression: Expression) {
    switch expression.kind {
    case .quantity, .truth, .name, .result, .it, .invalid: word(source[expression.span])
    case .text(let text): write(text)
    case .list(let items): list("list") { for item in items { $0.write(item) } }
    case .record(let fields):
      list("record") {
        for field in fields {
          $0.word(field.name.text)
          $0.write(field.value)
        }
      }
    case .range(let first, let last, let step):
      list("range") {
        $0.write(first)
        $0.write(last)
        if let step { $0.write(step) }
      }
    case .unary(let op, let operand): list(op.rawValue) { $0.write(operand) }
    case .binary(let op, _, let left, let right):
      list(op.rawValue) {
        $0.write(left)
        $0.write(right)
      }
    case .property(let base, let name):
      list(".") {
        $0.write(base)
        $0.word(name.text)
      }
    case .index(let base, let indices):
      list("[]") {
        $0.write(base)
        for index in indices { $0.write(index) }
      }
    case .group(let pipeline): list("group") { $0.write(pipeline) }
    }
  }
}
