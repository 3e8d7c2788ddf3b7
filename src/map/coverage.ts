import { conceptRowsOf } from './concept-rows.js';
import { openExpression, type Observed, type OpenExpression } from './expression.js';
import type { ExpressionNode } from './expression-nodes.js';
import type { PackSource } from './pack.js';
import { RESOURCE_FUNCTIONS } from './resource-functions.js';

/** Of what can be exercised, how much was. */
export interface Share {
  readonly reached: number;
  readonly of: number;
}

/** What of a pack messages exercise: the parts of its expressions, by line, and the rows of its ConceptMaps. */
export interface Coverage {
  readonly lines: Share;
  readonly rows: Share;
  /** Parts that nothing reached: of those inside one another only the outermost, in the order of the text. */
  readonly unreached: readonly UnreachedPart[];
  /** As `conceptRowsOf` names them. */
  readonly unusedRows: readonly string[];
}

export interface UnreachedPart {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Its first line. */
  readonly text: string;
}

/** Gathers what evaluations exercised. */
export class CoverageCount {
  private readonly files: readonly FileCount[];
  private readonly rows = new Set<string>();

  constructor(private readonly source: PackSource) {
    const { folder, conceptMaps, manifest, expressions } = source;
    const { timeZone = 'Europe/Oslo' } = manifest;
    this.files = [...expressions]
      .map(([name, text]) =>
        openExpression(text, {
          file: `${folder}/${name}`,
          conceptMaps,
          timeZone,
          bindings: [...RESOURCE_FUNCTIONS, 'settings'],
        }),
      )
      .map(({ file, nodes }) => new FileCount(file, nodes));
  }

  add(
    { file }: Pick<OpenExpression, 'file'>,
    { evaluated, conceptRows }: Pick<Observed, 'evaluated' | 'conceptRows'>,
  ): void {
    const count = this.files.find((each) => each.file === file);
    for (const node of evaluated) count?.reach(node);
    for (const row of conceptRows) this.rows.add(row);
  }

  get coverage(): Coverage {
    const rows = conceptRowsOf(this.source.conceptMaps);
    return {
      lines: sum(this.files.map(({ lines }) => lines)),
      rows: { reached: rows.filter((row) => this.rows.has(row)).length, of: rows.length },
      unreached: this.files.flatMap(({ unreached }) => unreached),
      unusedRows: rows.filter((row) => !this.rows.has(row)),
    };
  }
}

class FileCount {
  private readonly reached = new Set<string>();

  constructor(
    readonly file: string,
    private readonly nodes: readonly ExpressionNode[],
  ) {}

  reach(node: ExpressionNode): void {
    this.reached.add(spanOf(node));
  }

  /** A line is reached when every part that begins on it is. */
  get lines(): Share {
    const all = new Set(this.nodes.map(({ line }) => line));
    const left = new Set(this.parts.map(({ line }) => line));
    return { reached: all.size - left.size, of: all.size };
  }

  get unreached(): readonly UnreachedPart[] {
    const { parts } = this;
    return parts
      .filter((part) => !parts.some((other) => other !== part && isAround(other, part)))
      .map(({ line, column, text }) => ({ file: this.file, line, column, text: text.split('\n', 1)[0] ?? '' }));
  }

  private get parts(): readonly ExpressionNode[] {
    return this.nodes.filter((node) => !this.reached.has(spanOf(node)));
  }
}

function spanOf({ line, column, endsBefore }: ExpressionNode): string {
  return `${line}:${column}-${endsBefore.line}:${endsBefore.column}`;
}

function isAround(outer: ExpressionNode, inner: ExpressionNode): boolean {
  return !isBefore(inner, outer) && !isBefore(outer.endsBefore, inner.endsBefore);
}

function isBefore(one: { line: number; column: number }, other: { line: number; column: number }): boolean {
  return one.line < other.line || (one.line === other.line && one.column < other.column);
}

function sum(shares: readonly Share[]): Share {
  return {
    reached: shares.reduce((total, { reached }) => total + reached, 0),
    of: shares.reduce((total, { of }) => total + of, 0),
  };
}

/** In whole percent, downwards: 100 only where nothing is missing. */
export function percentOf({ reached, of }: Share): number {
  return of === 0 ? 100 : Math.floor((100 * reached) / of);
}
