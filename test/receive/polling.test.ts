import { describe, expect, test } from '@jest/globals';
import type { Failure } from '../../src/model/failure.js';
import type { InboundResource, OwnResource } from '../../src/model/fhir-content.js';
import type { SourceMessage } from '../../src/model/message.js';
import { createPollDoor } from '../../src/receive/poll-door.js';
import { takeChanges, type PolledSource, type PollSteps } from '../../src/receive/take-changes.js';
import { journalIn } from './door.js';

const NOW = '2026-03-20T12:00:00.000Z';
const SERVER_TIME = 'Fri, 20 Mar 2026 11:59:00 GMT';

type Page = Awaited<ReturnType<PolledSource['changedSince']> extends AsyncIterable<infer P> ? P : never>;

const encounter = (id: string, lastUpdated?: string, more: object = {}): InboundResource => ({
  resourceType: 'Encounter',
  id,
  meta: { versionId: '1', ...(lastUpdated === undefined ? {} : { lastUpdated }) },
  ...more,
});
const failure = (code: string): Failure => ({ sort: 'transient', code, message: code });
const page = (...resources: InboundResource[]): Page => ({ resources, serverTime: SERVER_TIME });
interface Ends {
  expired?: true;
  unsupported?: true;
  unreachable?: true;
  retryAfterMs?: number;
}
const ends = (code: string, { retryAfterMs, ...more }: Ends = {}): Page => ({
  failure: { ...failure(code), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  expired: more.expired === true,
  unsupported: more.unsupported === true,
  unreachable: more.unreachable === true,
});

/** A source of Encounters that answers each search with the pages that are next, and what a poll of it leaves behind. */
function polling(searches: Page[][], more: { own?: OwnResource[]; isTarget?: boolean; patients?: string[] } = {}) {
  const kept: SourceMessage[] = [];
  const failures: Error[] = [];
  const asked: (string | undefined)[] = [];
  const marks = new Map<string, string>();
  async function* next(what: string | undefined): AsyncGenerator<Page> {
    asked.push(what);
    for (const each of searches.shift() ?? []) {
      await Promise.resolve();
      yield each;
    }
  }
  const source: PolledSource = {
    name: 'epr',
    types: ['Encounter'],
    isTarget: more.isTarget ?? false,
    changedSince: (_type, since) => next(since),
    ofPatient: (_type, patientId) => next(`of ${patientId}`),
  };
  const steps: PollSteps = {
    accept: journalIn(kept, failures),
    watermark: (_source, type) => Promise.resolve(marks.get(type)),
    moveWatermark: (_source, type, to) => Promise.resolve(void marks.set(type, to)),
    openPatients: () => Promise.resolve(more.patients ?? []),
    findOwn: (names) =>
      Promise.resolve(
        (more.own ?? []).filter((own) => names.some(({ type, id }) => type === own.type && id === own.id)),
      ),
    clock: { now: () => NOW },
  };
  return {
    source,
    steps,
    kept,
    asked,
    failures,
    mark: () => marks.get('Encounter'),
    poll: () => takeChanges(source, steps),
    ids: () => kept.map(({ messageKey }) => messageKey),
  };
}

describe('a poll', () => {
  test('takes all there is the first time, then what changed since, with an overlap', async () => {
    const it = polling([[page(encounter('a', '2026-03-20T11:00:00Z'))], [page(encounter('b'))]]);
    expect(await it.poll()).toEqual({ received: 1, leftOut: 0, failures: [] });
    expect(it.mark()).toBe('2026-03-20T11:59:00.000Z');
    await it.poll();
    expect(it.asked).toEqual([undefined, '2026-03-20T11:57:00.000Z']);
    expect(it.ids()).toEqual(['Encounter/a/_history/1', 'Encounter/b/_history/1']);
  });

  test('costs nothing for a version that was seen before', async () => {
    const it = polling([[page(encounter('a'))], [page(encounter('a'))]]);
    await it.poll();
    expect((await it.poll()).received).toBe(0);
    expect(it.kept).toHaveLength(1);
  });

  test('does not move the mark before everything is on disk', async () => {
    const it = polling([[page(encounter('a')), page(encounter('b'))]]);
    it.failures.push(Object.assign(new Error('full'), { name: 'StoreUnavailable' }));
    await expect(it.poll()).rejects.toThrow('full');
    expect(it.mark()).toBeUndefined();
  });

  test('that breaks off in its pages keeps what it has, and begins again where it was', async () => {
    const it = polling([[page(encounter('a')), ends('network')], [page(encounter('a'), encounter('b'))]]);
    expect(await it.poll()).toEqual({ received: 1, leftOut: 0, failures: [failure('network')] });
    expect(it.mark()).toBeUndefined();
    expect(await it.poll()).toMatchObject({ received: 1, failures: [] });
    expect(it.asked).toEqual([undefined, undefined]);
  });

  test('whose page expired searches anew from the newest it saw', async () => {
    const it = polling([
      [page(encounter('a', '2026-03-20T10:00:00Z')), ends('gone', { expired: true })],
      [page(encounter('b', '2026-03-20T10:30:00Z'))],
    ]);
    expect(await it.poll()).toMatchObject({ received: 2, failures: [] });
    expect(it.asked).toEqual([undefined, '2026-03-20T09:58:00.000Z']);
  });

  test('whose pages always expire ends, and says so', async () => {
    const it = polling(Array.from({ length: 20 }, () => [ends('gone', { expired: true })]));
    expect((await it.poll()).failures).toEqual([failure('gone')]);
    expect(it.asked.length).toBeLessThan(10);
  });

  test('of a server that is behind goes by its clock, though one resource says to be of later', async () => {
    const serverTime = 'Fri, 20 Mar 2026 11:00:00 GMT';
    const it = polling([[{ resources: [encounter('a', '2031-01-01T00:00:00Z')], serverTime }]]);
    await it.poll();
    expect(it.mark()).toBe('2026-03-20T11:00:00.000Z');
  });

  test('whose pages were moved by a change meanwhile finds what slipped between them', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id, n) => encounter(id, `2026-03-20T10:0${n}:00Z`));
    const changed = { ...a, meta: { versionId: '2', lastUpdated: '2026-03-20T11:59:01Z' } } as InboundResource;
    const rest = () => page(c as InboundResource, changed);
    const it = polling([
      // When the second page is asked for, «a» is last and «b» has taken its place on the first.
      [page(a as InboundResource), rest()],
      [page(b as InboundResource), page()],
      [page(b as InboundResource), page()],
      [page(b as InboundResource), rest()],
    ]);
    expect(await it.poll()).toMatchObject({ received: 4, failures: [] });
    expect(it.asked).toEqual([undefined, undefined, '2026-03-20T10:01:00.000Z', '2026-03-20T10:01:00.000Z']);
    expect(it.mark()).toBe('2026-03-20T11:59:00.000Z');
  });

  test('whose pages stood still reads none of them twice', async () => {
    const it = polling([[page(encounter('a', '2026-03-20T10:00:00Z')), page(encounter('b', '2026-03-20T10:01:00Z'))]]);
    expect(await it.poll()).toMatchObject({ received: 2 });
    expect(it.asked).toHaveLength(1);
  });

  test('never moves the mark ahead of now, whatever a server says of its time', async () => {
    const it = polling([[{ resources: [encounter('a', '2031-01-01T00:00:00Z')], serverTime: 'nonsense' }]]);
    await it.poll();
    expect(it.mark()).toBe(NOW);
  });

  test('of a server that cannot say what changed goes by the patients whose pathways are open', async () => {
    const it = polling(
      [[ends('not-supported', { unsupported: true })], [page(encounter('a'))], [page(encounter('b'))]],
      {
        patients: ['p1', 'p2'],
      },
    );
    expect(await it.poll()).toMatchObject({ received: 2, failures: [] });
    expect(it.asked).toEqual([undefined, 'of p1', 'of p2']);
  });

  test('of a type that a server does not have is no failure', async () => {
    const unsupported = [ends('not-supported', { unsupported: true })];
    const it = polling([unsupported, unsupported], { patients: ['p1', 'p2'] });
    expect(await it.poll()).toEqual({ received: 0, leftOut: 0, failures: [] });
  });

  test('of a server that cannot be reached is given up at once, and not tried type by type', async () => {
    const it = polling([[ends('unreachable', { unreachable: true })], [page(encounter('a'))]]);
    expect(await takeChanges({ ...it.source, types: ['Encounter', 'Appointment'] }, it.steps)).toMatchObject({
      received: 0,
      failures: [failure('unreachable')],
    });
    expect(it.asked).toHaveLength(1);
  });

  test('of a type that fails by itself lets the others have their turn', async () => {
    const it = polling([[ends('http-500')], [page(encounter('a'))]]);
    expect(await takeChanges({ ...it.source, types: ['Encounter', 'Appointment'] }, it.steps)).toMatchObject({
      received: 1,
      failures: [failure('http-500')],
    });
  });

  test('leaves out what no door would take, and takes the rest', async () => {
    const broken = [encounter('x', undefined, { text: 'a\0b' }), { id: 'y' } as unknown as InboundResource];
    const it = polling([[page(...broken, encounter('a'))]]);
    expect(await it.poll()).toMatchObject({ received: 1, leftOut: 2 });
  });

  test('takes the same version with other content, as after a restored backup, as a message of its own', async () => {
    const it = polling([[page(encounter('a'))], [page(encounter('a', undefined, { status: 'finished' }))]]);
    await it.poll();
    expect(await it.poll()).toMatchObject({ received: 1 });
    expect(it.ids()[1]).toMatch(/^Encounter\/a\/_history\/1#[0-9a-f]{64}$/);
  });
});

describe('a poll of the server that is written to', () => {
  const adapter = { meta: { versionId: '2', source: 'https://fhir.pakkeforlop.example/adapter#abc' } };
  const task = (id: string, versionId: string): InboundResource => ({ resourceType: 'Task', id, meta: { versionId } });

  test('takes nothing that an adapter wrote, its own or another installation’s', async () => {
    const own: OwnResource[] = [{ type: 'Encounter', id: 'ours', writtenVersion: '1' }];
    const it = polling([[page(encounter('ours'), encounter('theirs', undefined, adapter), encounter('epr'))]], {
      own,
      isTarget: true,
    });
    await it.poll();
    expect(it.ids()).toEqual(['Encounter/epr/_history/1']);
  });

  test('takes a Task of its own in a version that it did not write: a person may have answered on it', async () => {
    const own: OwnResource[] = ['answered', 'untouched'].map((id) => ({ type: 'Task', id, writtenVersion: '1' }));
    const it = polling([[page(task('answered', '2'), task('untouched', '1'))]], { own, isTarget: true });
    await it.poll();
    expect(it.ids()).toEqual(['Task/answered/_history/2']);
  });

  test('asks for Tasks where no types are named; another source is not asked for them', async () => {
    const types: string[] = [];
    for (const isTarget of [true, false]) {
      const { source, steps } = polling([]);
      const changedSince: PolledSource['changedSince'] = (type) => {
        types.push(`${isTarget ? 'target' : 'source'} ${type}`);
        return source.changedSince(type);
      };
      await takeChanges({ ...source, isTarget, types: [], changedSince }, steps);
    }
    expect(types).toContain('target Task');
    expect(types).not.toContain('source Task');
  });
});

describe('the poll door', () => {
  test('polls a source once at a time, and once more when it is asked meanwhile, however often', async () => {
    const it = polling([[page(encounter('a'))], [page(encounter('b'))]]);
    const polls: number[] = [];
    const door = createPollDoor({
      sources: [it.source],
      steps: it.steps,
      onPolled: (_source, { received }) => void polls.push(received),
      onFailed: () => undefined,
    });
    const all = door.pollAll();
    await Promise.resolve().then(() => Promise.resolve());
    for (let n = 0; n < 5; n++) door.poll('epr');
    door.poll('nobody');
    await all;
    expect(polls).toEqual([1, 1]);
    await door.pollAll();
    expect(polls).toHaveLength(3);
  });

  test('a store that fails is told, and the next poll is not kept from running', async () => {
    const it = polling([[page(encounter('a'))], [page(encounter('a'))]]);
    it.failures.push(new Error('locked'));
    const told: string[] = [];
    const door = createPollDoor({
      sources: [it.source],
      steps: it.steps,
      onPolled: () => void told.push('polled'),
      onFailed: () => void told.push('failed'),
    });
    await door.pollAll();
    await door.pollAll();
    expect(told).toEqual(['failed', 'polled']);
  });

  test('leaves a source alone for as long as it asks, others not, and looks at it afterwards', async () => {
    const it = polling([[ends('http-429', { unreachable: true, retryAfterMs: 300 })], [page(encounter('a'))]]);
    const other = { ...polling([]).source, name: 'other' };
    const told: string[] = [];
    const door = createPollDoor({
      sources: [it.source, other],
      steps: it.steps,
      onPolled: (source, { received }) => void told.push(`${source} ${received}`),
      onFailed: () => undefined,
    });
    const ended = Promise.all([
      door.pollAll(),
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => door.pollAll()),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(told.sort()).toEqual(['epr 0', 'other 0', 'other 0']);
    await ended;
    expect(told).toContain('epr 1');
  });

  test('that is stopped waits for no source that asked to be left alone', async () => {
    const it = polling([[ends('http-503', { unreachable: true, retryAfterMs: 3_600_000 })]]);
    const door = createPollDoor({
      sources: [it.source],
      steps: it.steps,
      onPolled: () => undefined,
      onFailed: () => undefined,
    });
    const polled = door.pollAll();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await door.stop();
    await polled;
    expect(it.asked).toHaveLength(1);
  });

  test('that was stopped polls nothing more', async () => {
    const it = polling([[page(encounter('a'))]]);
    const door = createPollDoor({
      sources: [it.source],
      steps: it.steps,
      onPolled: () => undefined,
      onFailed: () => undefined,
    });
    await door.stop();
    await door.pollAll();
    expect(it.asked).toEqual([]);
  });
});
