import { createTwoFilesPatch } from 'diff';
import type { JournaledMessage } from '../model/message.js';
import type { Mappings } from '../load-mappings.js';
import type { Mapped } from '../map/map-message.js';
import type { Instant } from '../support/clock.js';
import { outcomeOf } from './outcome.js';
import type { PackBench } from './pack-bench.js';
import { rehearse, type Rehearsed } from './rehearsal.js';

/** A message with the name by which it is told. */
export interface NamedMessage {
  readonly name: string;
  readonly message: JournaledMessage;
}

/** What another pack would change. */
export interface Comparison {
  readonly messages: number;
  readonly changed: readonly { readonly name: string; readonly difference: string }[];
  /** Registrations of a patient that would come (+) or go (-), a line each. */
  readonly codes: readonly { readonly patient: string; readonly lines: readonly string[] }[];
}

export interface CompareOptions {
  readonly mappings: Mappings;
  readonly at: Instant;
  /** A folder of its own for each call. */
  readonly tempDir: () => string;
}

/**
 * Maps messages by both packs, and compares: fact by fact of each message, and code by code of each patient, as far as these messages
 * alone say.
 */
export async function comparePacks(
  messages: readonly NamedMessage[],
  packs: { readonly before: PackBench; readonly after: PackBench },
  options: CompareOptions,
): Promise<Comparison> {
  const [before, after] = [await mapAll(messages, packs.before), await mapAll(messages, packs.after)];
  const changed = messages.flatMap(({ name }, index) => {
    const [left, right] = [before[index], after[index]].map((mapped) =>
      JSON.stringify(mapped === undefined ? {} : outcomeOf([{ at: '', mapped }]), null, 2),
    );
    if (left === right) return [];
    const patch = createTwoFilesPatch('before', 'after', `${left}\n`, `${right}\n`, '', '', { context: 3 });
    return [{ name, difference: patch.slice(patch.indexOf('@@')).trimEnd() }];
  });
  const codes = changed.length === 0 ? [] : await codesOf(messages, { before, after }, options);
  return { messages: messages.length, changed, codes };
}

async function mapAll(messages: readonly NamedMessage[], bench: PackBench): Promise<readonly Mapped[]> {
  const all: Mapped[] = [];
  for (const { message } of messages) all.push((await bench.try(message, { watch: false })).mapped);
  return all;
}

async function codesOf(
  messages: readonly NamedMessage[],
  { before, after }: { readonly before: readonly Mapped[]; readonly after: readonly Mapped[] },
  { mappings, at, tempDir }: CompareOptions,
): Promise<Comparison['codes']> {
  const rehearsed = async (mapped: readonly Mapped[]) => {
    const pairs = messages.flatMap(({ message }, index) => {
      const found = mapped[index];
      return found === undefined ? [] : [{ message, mapped: found }];
    });
    return byPatient(await rehearse(pairs, { mappings, at, tempDir: tempDir() }));
  };
  const [left, right] = [await rehearsed(before), await rehearsed(after)];
  const patients = [...new Set([...left.keys(), ...right.keys()])];
  return patients.flatMap((patient) => {
    const [gone, come] = [left.get(patient) ?? [], right.get(patient) ?? []];
    const lines = [
      ...gone.filter((code) => !come.includes(code)).map((code) => `- ${code}`),
      ...come.filter((code) => !gone.includes(code)).map((code) => `+ ${code}`),
    ];
    return lines.length === 0 ? [] : [{ patient, lines }];
  });
}

/** `C01A on 2026-03-02 at 983974724`, by the patient's first number. */
function byPatient({ patients }: Rehearsed): ReadonlyMap<string, readonly string[]> {
  return new Map(
    patients.map(({ identifiers: [first], pathways }) => [
      `${first?.system ?? ''}|${first?.value ?? ''}`,
      pathways.flatMap(({ episodes }) =>
        episodes.flatMap(({ registrations }) =>
          registrations.map(
            ({ code, premiss = '', on, organization }) =>
              `${code}${premiss} on ${on} at ${organization.identifier.value}`,
          ),
        ),
      ),
    ]),
  );
}
