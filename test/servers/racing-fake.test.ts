import { afterEach, describe, expect, test } from '@jest/globals';
import { storeKinds } from '../store/stores.js';
import { FakeServer } from './fake-server.js';
import { WELL_BEHAVED, type Habits } from './habits.js';
import { ONE_OF_EACH, race, type Racecourse } from './race.js';

/** Whoever trusts in any of these ends with two of something. */
const RACING: Habits = {
  ...WELL_BEHAVED,
  conditionalCreates: 'racing',
  ifMatch: 'ignored-in-transactions',
  searches: 'lagging',
  conflicts: '409-at-random',
  answers: 'lost',
  capabilities: 'silent',
};
const GIVING_IDS: Habits = { ...RACING, clientIds: 'refused-405', conditionalCreates: 'ignored' };
/** Time runs so much faster: what was not answered is looked for a minute before it is made again. */
const FASTER = 6;
/** All along: what goes wrong with the last ones is tried again at once, and not after all others. */
const WRONG = { part: 0.2, mostADay: Infinity };
const LONG_BEFORE_MS = 3_600_000;

const servers: FakeServer[] = [];
afterEach(async () => {
  for (const each of servers.splice(0)) await each.stop();
});

/** The fake server, with the time that it and the writers go by. */
async function racecourse(habits: Habits): Promise<Racecourse> {
  const startedAtMs = Date.now();
  let aheadMs = 0;
  const nowMs = () => startedAtMs + (Date.now() - startedAtMs) * FASTER + aheadMs;
  const server = new FakeServer(habits, nowMs, 1, WRONG);
  servers.push(server);
  return {
    base: await server.start(),
    stand: (hospital) => {
      server.store.keep(hospital);
      aheadMs = LONG_BEFORE_MS;
      return Promise.resolve();
    },
    standing: () => Promise.resolve(server.store.all()),
    clock: { now: () => new Date(nowMs()).toISOString() },
  };
}

describe.each(await storeKinds())('fifty equal messages of each of 200 patients, kept in $name', (kind) => {
  test('by three writers at once: one of each on a server that races in all it does', async () => {
    expect(await race(kind, await racecourse(RACING))).toEqual(ONE_OF_EACH);
  }, 300_000);

  test('one of each on one that gives ids itself and looks at no condition', async () => {
    expect(await race(kind, await racecourse(GIVING_IDS))).toEqual(ONE_OF_EACH);
  }, 300_000);

  test('the same, and of the hospital, which is new to it', async () => {
    expect(await race(kind, await racecourse(GIVING_IDS), { isKnown: false })).toEqual(ONE_OF_EACH);
  }, 300_000);
});
