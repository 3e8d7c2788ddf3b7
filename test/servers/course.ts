import { loadProfileCheck } from '../../src/load-checks.js';
import type { FhirResource, Task } from 'fhir/r4.js';
import type { SourceMessage } from '../../src/model/message.js';
import type { DeliveryResult } from '../../src/model/resources.js';
import type { Pipeline } from '../../src/pipeline.js';
import { addMs } from '../../src/support/dates.js';
import { silentLog } from '../../src/support/log.js';
import { createSender, type Sender } from '../../src/write/sender.js';
import { messageOf, pipelineOn } from '../pipeline/course.js';
import { storeKinds, type OpenedStore } from '../store/stores.js';
import { seen, type Ending } from './ending.js';
import { FakeServer } from './fake-server.js';
import { identifiersOf, nameOf } from './fake-store.js';
import { WELL_BEHAVED, type Habits } from './habits.js';
import { BO, STEPS, type Step } from './history.js';

const check = loadProfileCheck('profiles/schemas');
const MOST_ROUNDS = 60;
const PAUSES_MS = { first: 7_000, later: 61_000 };
const TIMEOUT_MS = 120;

/** The whole history through store, pipeline and sender, against a server with these habits. */
export async function runHistory(habits: Habits, seed: number): Promise<Ending> {
  const course = await Course.begin(habits, seed);
  try {
    for (const step of STEPS) await course.step(step);
    return await course.ending();
  } finally {
    await course.end();
  }
}

/** How it ends where nothing goes wrong, on a server that keeps all it is given or not. */
export async function endings(): Promise<(habits: Habits) => Ending> {
  const keeping = await runHistory(WELL_BEHAVED, 1);
  const stripping = await runHistory({ ...WELL_BEHAVED, normalises: 'strips' }, 1);
  return ({ normalises }) => (normalises === 'strips' ? stripping : keeping);
}

class Course {
  private now = STEPS[0]?.at ?? '';
  private pipeline: Pipeline | undefined;
  private sender: Sender | undefined;
  private readonly refused: string[] = [];
  private ids = 0;
  private crashes = 0;
  private readonly server: FakeServer;
  private base = '';

  private constructor(
    private readonly habits: Habits,
    seed: number,
    private readonly kept: OpenedStore,
  ) {
    this.server = new FakeServer(habits, () => Date.parse(this.now), seed);
  }

  static async begin(habits: Habits, seed: number): Promise<Course> {
    const [sqlite] = await kinds;
    const course: Course = new Course(habits, seed, await sqlite!.open({ now: () => course.now }));
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
      messageOf(event, `${event.said.id} ${JSON.stringify(event.said['version'] ?? 1)}`, who, at),
    );
    await this.kept.store.accept(all, { lenient: false });
    while (await this.pipeline?.applySome());
    if (scan) await this.pipeline?.scan();
    if (restart && this.habits.restarts === 'in-delivery') this.crashes = 1;
    await this.settle();
    if (restart && this.habits.restarts === 'between') await this.restart();
    await this.repeat(all);
  }

  /** The EPR sends it all once more, and somebody has one of them mapped anew. */
  private async repeat(messages: readonly SourceMessage[]): Promise<void> {
    const [again] = await this.kept.store.accept(messages, { lenient: false });
    if (again !== undefined && 'id' in again) await this.kept.store.replay(again.id);
    while (await this.pipeline?.applySome());
    await this.settle();
  }

  async ending(): Promise<Ending> {
    const standing = seen(this.server.store.all());
    return { standing, refused: this.refused, outbox: (await this.kept.store.counts()).outbox };
  }

  async end(): Promise<void> {
    await this.sender?.close();
    await this.server.stop();
    await this.kept.remove();
  }

  private build(): void {
    const sender = createSender({
      baseUrl: () => this.base,
      check,
      timeoutMs: TIMEOUT_MS,
      clock: { now: () => this.now },
      random: () => 0.5,
      log: {
        ...silentLog,
        error: (event, fields) => void this.refused.push(`${fields?.resource} ${fields?.code} (${event})`),
      },
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
      this.now = addMs(this.now, round < 15 ? PAUSES_MS.first : PAUSES_MS.later);
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
