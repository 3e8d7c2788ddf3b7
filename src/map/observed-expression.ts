import type jsonata from 'jsonata';
import { nodesOf, type ExpressionNode, type ExpressionNodes } from './expression-nodes.js';
import { astOf, type Ast, type Frame } from './jsonata-ast.js';
import { Observation } from './observe.js';

/** No expression can have a variable of this name. */
const OBSERVATION = ' observation';

/** An expression whose evaluations can be looked into. Its hooks cost: another one serves where nobody looks. */
export class ObservedExpression {
  readonly tree: Ast;
  private readonly parts: ExpressionNodes;

  constructor(
    text: string,
    private readonly expression: jsonata.Expression,
  ) {
    this.tree = astOf(expression);
    this.parts = nodesOf(text, this.tree);
    this.hook('__evaluate_entry', (node: Ast, input: unknown, frame: Frame) => observationIn(frame).enter(node, input));
    this.hook('__evaluate_exit', (node: Ast, _input: unknown, frame: Frame, result: unknown) =>
      observationIn(frame).leave(node, result),
    );
  }

  /** The parts that can be exercised, in the order of the text. */
  get nodes(): readonly ExpressionNode[] {
    return this.parts.nodes;
  }

  observation(content: unknown): Observation {
    return new Observation(this.tree, this.parts, content);
  }

  evaluate(content: unknown, bindings: object, observation: Observation): Promise<unknown> {
    return this.expression.evaluate(content, { ...bindings, [OBSERVATION]: observation });
  }

  private hook(name: string, hook: unknown): void {
    this.expression.assign(Symbol.for(`jsonata.${name}`) as unknown as string, hook);
  }
}

function observationIn(frame: Frame): Observation {
  return frame.lookup(OBSERVATION) as Observation;
}
