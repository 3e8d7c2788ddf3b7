import type { EpisodeOfCare, Task } from 'fhir/r4.js';
import type { AnswerFact, HeldFact, StandingFact } from '../../src/model/facts.js';
import type {
  KnownOrganization,
  KnownResource,
  OnTarget,
  PatientOutcome,
  PatientRecord,
} from '../../src/model/record.js';
import { refresh } from '../../src/refresh.js';
import { mappings, organization, standingOf, type StoryEvent } from '../derive/history.js';

export const NOW = '2026-03-20T12:00:00.000Z';

/** What the store would hold of a patient of whom these facts are known and nothing else. */
export function recordOf(
  facts: readonly StandingFact[],
  resources: PatientRecord['resources'] = new Map(),
  more: Partial<PatientRecord> = {},
): PatientRecord {
  return {
    id: 'patient',
    resourceId: 'patient-resource',
    onTarget: 'ours',
    identifiers: [{ system: 'urn:test', value: 'p' }],
    formerResourceIds: [],
    demographics: facts.map(({ fact, acceptedSeq }) => ({
      patient: { ...fact.patient, birthDate: '1957-05-17' },
      source: 'urn:epr',
      statedAt: NOW,
      acceptedSeq,
    })),
    facts,
    people: [],
    held: [],
    answers: [],
    identities: [],
    warned: [],
    questions: [],
    messages: new Map(facts.map(({ messageId }) => [messageId, { receivedAt: NOW }])),
    organizations: new Map(
      (['hf1', 'hf2', 'centre'] as const).map((at) => {
        const { identifier } = organization(at);
        const known: KnownOrganization = { identifier, resourceId: `organization-${at}`, name: at, onTarget: 'ours' };
        return [`${identifier.system}|${identifier.value}`, known];
      }),
    ),
    resources,
    ...more,
  };
}

/** A patient over time: what is told, and what people answer on the Tasks that come of it. Each is derived at once. */
export class PatientTold {
  private facts = new Map<string, StandingFact>();
  private held: StandingFact<HeldFact>[] = [];
  private answers = new Map<string, StandingFact<AnswerFact>>();
  private resources = new Map<string, KnownResource>();
  private outcome: PatientOutcome | undefined;
  private n = 0;
  onTarget: OnTarget = 'ours';
  at = NOW;
  registersFor: (organizationNumber: string) => boolean = () => true;
  livesOnTarget: (source: string) => boolean = () => false;

  tell(...events: readonly StoryEvent[]): this {
    for (const each of events) {
      const standing = standingOf(each, this.n++);
      this.facts.set(standing.key, standing);
    }
    return this.refresh();
  }

  hold(...held: readonly StandingFact<HeldFact>[]): this {
    this.held = [...held];
    return this.refresh();
  }

  /** A person completes a Task, named as {@link tasks} does without its status, and says something on it. */
  answer(name: string, says: AnswerFact['says'], version = '2026-03-21T08:00:00.000Z'): this {
    const id = this.task(name).id ?? '';
    const fact: AnswerFact = { kind: 'answer', status: 'active', businessId: id, version, says };
    const key = `answer on ${id}`;
    this.answers.set(key, { key, source: 'adapter', messageId: `message of ${key}`, acceptedSeq: this.n++, fact });
    return this.refresh();
  }

  /** As if the Task had been wanted otherwise before. */
  edit(name: string, change: (task: Task) => void): void {
    const id = this.task(name).id ?? '';
    for (const known of this.resources.values()) if (known.id === id) change(known.wanted as Task);
  }

  /** As when the day has come, or a scan runs. */
  refresh(): this {
    const facts = [...this.facts.values()];
    const answers = [...this.answers.values()];
    const known = [...facts, ...answers, ...this.held].map(({ messageId }): [string, { receivedAt: string }] => [
      messageId,
      { receivedAt: NOW },
    ]);
    const { identities = [], warned = [], questions = [] } = this.outcome ?? {};
    const record = recordOf(facts, this.resources, {
      answers,
      held: this.held,
      identities,
      warned,
      questions,
      onTarget: this.onTarget,
      messages: new Map(known),
    });
    const { at, registersFor, livesOnTarget } = this;
    this.outcome = refresh(record, mappings, {
      at,
      scan: true,
      newId: () => `id-${this.n++}`,
      registersFor: (number) => registersFor(number),
      livesOnTarget: (source) => livesOnTarget(source),
    });
    for (const { key, type, id, content } of this.outcome.wanted)
      this.resources.set(key, { key, type, id, wanted: content, firstWantedAt: at, isWritten: true });
    return this;
  }

  get wanted(): PatientOutcome['wanted'] {
    return this.outcome?.wanted ?? [];
  }

  /** Codes and days of every episode. */
  get registrations(): string[] {
    return (this.outcome?.pathways ?? [])
      .flatMap(({ episodes }) => episodes)
      .flatMap(({ registrations }) => registrations.map(({ code, on }) => `${code} ${on}`));
  }

  get episodes(): EpisodeOfCare[] {
    return this.wanted.flatMap(({ content }) => (content.resourceType === 'EpisodeOfCare' ? content : []));
  }

  /** Every Task: its code, its reason, its status. */
  get tasks(): string[] {
    return this.allTasks.map((task) => `${nameOf(task)} ${task.status}`).sort();
  }

  task(name: string): Task {
    const found = this.allTasks.find((task) => nameOf(task) === name);
    if (found === undefined) throw new Error(`There is no Task ${name}`);
    return found;
  }

  /** What the messages ask. */
  get waiting(): string[] {
    return (this.outcome?.messages ?? []).flatMap(({ reasons, state }) =>
      state === 'waiting' ? reasons.map(({ code }) => code) : [],
    );
  }

  private get allTasks(): Task[] {
    return this.wanted.flatMap(({ content }) => (content.resourceType === 'Task' ? content : []));
  }
}

function nameOf({ code, reasonCode }: Task): string {
  return [code, reasonCode].flatMap((concept) => concept?.coding?.[0]?.code ?? []).join(' ');
}
