import { mapMessage, type Mapped } from '../map/map-message.js';
import type { Observed, OpenExpression } from '../map/expression.js';
import { openPack } from '../map/open-pack.js';
import { KnownPlaces } from '../map/organization-table.js';
import type { Bindings, Evaluation, Pack, PackSource, ResourceInput, RowInput } from '../map/pack.js';
import { CSV_KIND } from '../model/csv-content.js';
import type { FhirContent, References } from '../model/fhir-content.js';
import { FHIR_KIND } from '../model/fhir-content.js';
import type { JournaledMessage } from '../model/message.js';
import type { OrganizationTable } from '../model/organization-table.js';
import { createDataCheck } from '../receive/data-check.js';
import { createEventChecks, type EventChecks, type JsonSchema } from '../receive/event-checks.js';
import { resolveReferences } from '../resolve/resolve-references.js';
import type { Instant } from '../support/clock.js';
import { readInputs, type Inputs } from './inputs.js';

/** One evaluation of an expression of a pack: where in the message's content what it was about stands, and what came of it. */
export interface Evaluated {
  readonly at: string;
  readonly evaluation: Evaluation;
  /** With what the evaluation did, where it was watched. */
  readonly watched?: { readonly expression: OpenExpression; readonly observed: Observed };
}

/** What came of one message. */
export interface Tried {
  readonly mapped: Mapped;
  readonly evaluated: readonly Evaluated[];
}

export interface BenchOptions {
  readonly organizations: OrganizationTable;
  /** When the messages arrive. */
  readonly receivedAt: Instant;
  /** Of `profiles/events`. */
  readonly schemas: readonly JsonSchema[];
}

/** A pack that messages are tried on: by the code of the doors and the pipeline, with nothing stored and no server to read from. */
export class PackBench {
  readonly pack: Pack;
  private readonly checks: EventChecks;
  private readonly places: KnownPlaces;
  private readonly watchedPack: Pack;
  private lastWatched: Evaluated['watched'];

  /** Throws `PackError` where the pack itself is wrong. */
  constructor(
    readonly source: PackSource,
    private readonly options: BenchOptions,
  ) {
    this.pack = openPack(source);
    this.watchedPack = openPack(source, (expression, observed) => (this.lastWatched = { expression, observed }));
    const kinds = this.pack.door === 'events' ? this.pack.kinds : [];
    this.checks = createEventChecks(options.schemas, () => kinds);
    this.places = new KnownPlaces(options.organizations);
  }

  /** `charset`: of a file of rows, where it is another than the pack says. */
  read(bytes: Uint8Array, charset?: string): Inputs {
    const { receivedAt } = this.options;
    return readInputs(bytes, this.pack, { receivedAt, checks: this.checks, ...(charset && { charset }) });
  }

  /** With `watch` every evaluation is looked into, which is several times slower. */
  async try(message: JournaledMessage, { watch }: { readonly watch: boolean }): Promise<Tried> {
    const evaluated: Evaluated[] = [];
    const pack = this.heard(watch ? this.watchedPack : this.pack, message, (each) => evaluated.push(each));
    const mapped = await mapMessage(
      { ...message, kind: this.kindOf(message), references: await this.referencesOf(message) },
      { packs: [pack], places: this.places, packNameOf: () => pack.name, checkData: this.checkData() },
    );
    return { mapped, evaluated };
  }

  /** A row is for this pack, whatever the name of the pack that it came for. */
  private kindOf({ kind }: JournaledMessage): string {
    return kind.startsWith(CSV_KIND) ? `${CSV_KIND}${this.pack.name}${kind.slice(kind.lastIndexOf('/'))}` : kind;
  }

  private checkData() {
    return createDataCheck(this.checks, { now: () => this.options.receivedAt });
  }

  /** What others than the message itself said is what was kept with it. */
  private async referencesOf({ kind, content, references = {} }: JournaledMessage): Promise<References> {
    if (!kind.startsWith(FHIR_KIND)) return {};
    const resolved = await resolveReferences(content as FhirContent, references, {
      said: () => Promise.resolve(undefined),
    });
    return resolved.references;
  }

  /** The pack, with an ear at what its expressions give. */
  private heard(pack: Pack, { content }: JournaledMessage, hear: (evaluated: Evaluated) => void): Pack {
    const listen = async (at: string, evaluate: () => Promise<Evaluation>): Promise<Evaluation> => {
      this.lastWatched = undefined;
      const evaluation = await evaluate();
      const watched = this.lastWatched as Evaluated['watched'];
      hear({ at, evaluation, ...(watched === undefined ? {} : { watched }) });
      return evaluation;
    };
    switch (pack.door) {
      case 'events':
        return {
          ...pack,
          canonicalOf: (kind: string, said: unknown) => listen('', () => pack.canonicalOf(kind, said)),
        };
      case 'csv':
        return { ...pack, canonicalOf: (input: RowInput) => listen('', () => pack.canonicalOf(input)) };
      case 'fhir': {
        const { entries } = content as FhirContent;
        return {
          ...pack,
          canonicalOf: (input: ResourceInput, bindings: Bindings) => {
            const index = entries.findIndex(({ resource }) => resource === input.resource);
            return listen(index < 0 ? '' : `/entries/${index}`, () => pack.canonicalOf(input, bindings));
          },
        };
      }
    }
  }
}
