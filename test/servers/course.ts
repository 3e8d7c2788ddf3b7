import type { FhirResource, Task } from 'fhir/r4.js';
import type { DeliveryResult } from '../../src/model/resources.js';
import type { Pipeline } from '../../src/pipeline.js';
import { addMs } from '../../src/support/dates.js';
import { silentLog, type Log } from '../../src/support/log.js';
import { createSender, type Sender } from '../../src/write/sender.js';
import { attendance, decision, referral, transfer, type StoryEvent } from '../derive/history.js';
import { messageOf, pipelineOn } from '../pipeline/course.js';
import { storeKinds, type OpenedStore } from '../store/stores.js';
import { FakeServer } from './fake-server.js';
import { identifiersOf, nameOf } from './fake-store.js';
import type { Habits } from './habits.js';

/** What happens on one day: messages of two people, each in a version, and what else the day brings. */
interface Step {
  readonly at: string;
  readonly messages: readonly (readonly ['anna' | 'bo', StoryEvent])[];
  readonly scan?: true;
  readonly takeOver?: true;
  readonly restart?: true;
}

const organ = { outcome: 'organ-cancer', organPathway: 'A26' };

/** Anna is new to the server, Bo stands there already. Both are seen at one hospital, Anna is handed over to another. */
const STEPS: readonly Step[] = [
  {
    at: '2026-03-02T12:00:00.000Z',
    messages: [
      ['anna', referral({ id: 'r1', receivedAt: '2026-03-02', mark: 'C01' })],
      ['bo', referral({ id: 'r2', receivedAt: '2026-03-02', mark: 'C01' })],
    ],
  },
  {
    at: '2026-03-05T12:00:00.000Z',
    messages: [
      ['anna', attendance({ id: 'a1', startedAt: '2026-03-05', referralId: 'r1' })],
      ['bo', attendance({ id: 'a2', startedAt: '2026-03-09', state: 'planned', referralId: 'r2' })],
    ],
    restart: true,
    takeOver: true,
  },
  {
    at: '2026-03-10T12:00:00.000Z',
    messages: [
      ['anna', attendance({ id: 'a1', version: 2, startedAt: '2026-03-04', referralId: 'r1' })],
      ['bo', attendance({ id: 'a2', version: 2, startedAt: '2026-03-09', state: 'missed', referralId: 'r2' })],
    ],
    scan: true,
  },
  {
    at: '2026-03-13T12:00:00.000Z',
    messages: [
      ['anna', transfer({ id: 't1', sentAt: '2026-03-12', scope: 'responsibility', to: 'hf2', referralId: 'r1' })],
      ['anna', referral({ id: 'r3', at: 'hf2', receivedAt: '2026-03-13', mark: 'C01', purpose: 'onward' })],
      ['bo', attendance({ id: 'a3', startedAt: '2026-03-13', referralId: 'r2' })],
    ],
    restart: true,
  },
  {
    at: '2026-03-20T12:00:00.000Z',
    messages: [
      ['anna', decision({ id: 'd1', at: 'hf2', decidedAt: '2026-03-20', referralId: 'r3', ...organ })],
      ['bo', decision({ id: 'd2', decidedAt: '2026-03-19', outcome: 'no-disease', referralId: 'r2' })],
    ],
    scan: true,
  },
  {
    at: '2026-03-23T12:00:00.000Z',
    messages: [
      ['anna', attendance({ id: 'a1', version: 3, status: 'withdrawn' })],
      ['bo', decision({ id: 'd2', version: 2, decidedAt: '2026-03-18', outcome: 'other-disease', referralId: 'r2' })],
    ],
  },
];

const BO: FhirResource = { resourceType: 'Patient', id: 'there', identifier: [{ system: 'urn:test', value: 'bo' }] };
const MOST_ROUNDS = 60;
const PAUSE_MS = 61_000;
const TIMEOUT_MS = 120;

/** How it ended: what stands, by what it is about instead of by ids; what is left to send; what was given up. */
export interface Ending {
  readonly standing: readonly string[];
  readonly outbox: { readonly pending: number; readonly dead: number };
}

/** The whole history through store, pipeline and sender, against a server with these habits. */
export async function runHistory(habits: Habits, seed: number, log: Log = silentLog): Promise<Ending> {
  const course = await Course.begin(habits, seed, log);
  try {
    for (const step of STEPS) await course.step(step);
    return await course.ending();
  } finally {
    await course.end();
  }
}

class Course {
  private now = STEPS[0]?.at ?? '';
  private pipeline: Pipeline | undefined;
  private sender: Sender | undefined;
  private ids = 0;
  private crashes = 0;
  private readonly server: FakeServer;
  private base = '';

  private constructor(
    private readonly habits: Habits,
    seed: number,
    private readonly log: Log,
    private readonly kept: OpenedStore,
  ) {
    this.server = new FakeServer(habits, () => Date.parse(this.now), seed);
  }

  static async begin(habits: Habits, seed: number, log: Log): Promise<Course> {
    const [sqlite] = await kinds;
    const course: Course = new Course(habits, seed, log, await sqlite!.open({ now: () => course.now }));
    course.now = '2026-01-01T00:00:00.000Z';
    course.server.store.keep(BO);
    course.base = await course.server.start();
    course.build();
    return course;
  }

  async step({ at, messages, scan, takeOver, restart }: Step): Promise<void> {
    this.now = at;
    this.server.nextDay();
    if (takeOver) this.takeOver();
    const all = messages.map(([who, event]) =>
      messageOf(event, `${event.said.id} ${String(event.said['version'] ?? 1)}`, who, at),
    );
    await this.kept.store.accept(all, { lenient: false });
    while (await this.pipeline?.applySome());
    if (scan) await this.pipeline?.scan();
    if (restart && this.habits.restarts === 'in-delivery') this.crashes = 1;
    await this.settle();
    if (restart && this.habits.restarts === 'between') await this.restart();
    // The EPR sends it all once more.
    const again = await this.kept.store.accept(all, { lenient: false });
    for (const each of again) if ('id' in each) await this.kept.store.replay(each.id);
    while (await this.pipeline?.applySome());
    await this.settle();
  }

  async ending(): Promise<Ending> {
    const standing = seen(this.server.store.all());
    return { standing, outbox: (await this.kept.store.counts()).outbox };
  }

  async end(): Promise<void> {
    await this.sender?.close();
    await this.server.stop();
    await this.kept.remove();
  }

  private build(): void {
    const sender = createSender({
      baseUrl: () => this.base,
      timeoutMs: TIMEOUT_MS,
      clock: { now: () => this.now },
      random: () => 0.5,
      log: this.log,
    });
    this.sender = sender;
    this.pipeline = pipelineOn(this.kept.store, () => this.now, {
      deliver: async (...asked): Promise<DeliveryResult> => {
        const result = await sender.deliver(...asked);
        if (this.crashes > 0 && this.crashes--) throw new Error('the process is gone');
        return result;
      },
      lookUp: (...asked) => sender.lookUp(...asked),
      newId: () => `ours-${++this.ids}`,
    });
  }

  private async restart(): Promise<void> {
    await this.sender?.close();
    await this.kept.reopen();
    this.build();
  }

  /** Sends until nothing is left, as time goes by. */
  private async settle(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      try {
        while (await this.pipeline?.deliverSome());
      } catch {
        await this.restart();
      }
      if ((await this.kept.store.counts()).outbox.pending === 0) return;
      this.now = addMs(this.now, PAUSE_MS);
    }
  }

  /** A person takes Anna's decision; for `meanwhile` just after the service has read it. */
  private takeOver(): void {
    const { store } = this.server;
    const act = () => {
      const task = store.all().find(isAnnasDecision);
      if (task === undefined) return;
      this.server.meanwhile = () => undefined;
      store.keep({ ...task, status: 'in-progress', owner: { display: 'Kari' }, note: [{ text: 'rang' }] } as Task);
    };
    if (this.habits.people === 'between') act();
    else
      this.server.meanwhile = ({ path }) => {
        const task = store.all().find(isAnnasDecision);
        if (task !== undefined && path === nameOf(task)) act();
      };
  }
}

const kinds = storeKinds();

function isAnnasDecision(resource: FhirResource): boolean {
  return (
    resource.resourceType === 'Task' && identifiersOf(resource).some((each) => /clinical-decision\/ours-2$/.test(each))
  );
}

/** What stands, without ids, versions, and what servers add: references say what they lead to. */
function seen(resources: readonly FhirResource[]): string[] {
  const labels = new Map(resources.map((each) => [nameOf(each), labelOf(each)]));
  const plain = (key: string, value: unknown) => {
    if (key === 'authoredOn') return undefined;
    return key === 'reference' && typeof value === 'string' ? (labels.get(value) ?? `dangling ${value}`) : value;
  };
  return resources
    .map((resource) => {
      const { id: _id, meta, text: _text, ...rest } = resource as FhirResource & { text?: unknown };
      return JSON.stringify({ ...rest, label: labelOf(resource), source: meta?.source?.split('#')[0] }, plain);
    })
    .sort();
}

/** What one ending has and another has not, element by element. */
export function differences(ending: Ending, expected: Ending): string[] {
  const [left, right] = [partsOf(ending), partsOf(expected)];
  return [
    ...right.filter((each) => !left.includes(each)).map((each) => `missing: ${each}`),
    ...left.filter((each, n) => !right.includes(each) || left.indexOf(each) < n).map((each) => `too much: ${each}`),
  ];
}

function partsOf({ standing, outbox }: Ending): string[] {
  const parts = standing.flatMap((text) => {
    const { label, ...elements } = JSON.parse(text) as Record<string, unknown>;
    return Object.entries(elements).map(([name, value]) => `${String(label)} ${name} ${JSON.stringify(value)}`);
  });
  return [...parts, `outbox ${JSON.stringify(outbox)}`];
}

function labelOf(resource: FhirResource): string {
  return `${resource.resourceType} ${identifiersOf(resource).sort().join(' ')}`;
}
