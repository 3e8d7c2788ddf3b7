import { afterEach, describe, expect, test } from '@jest/globals';
import type { EpisodeOfCare, FhirResource, Patient, Task } from 'fhir/r4.js';
import { eprResources } from '../service/epr-resources.js';
import { event, removeFolder, running } from '../service/running.js';
import { FakeServer } from './fake-server.js';
import { nameOf } from './fake-store.js';
import { WELL_BEHAVED, type Habits } from './habits.js';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

const POLLS = 3;
const ALL_CODES = 'C01A,C01A,C01CK,C01O,C01S,C01S';
const REFERRED_TO = ['Patient', 'Organization', 'ServiceRequest', 'Encounter'];
const NEVER_POLLED = ['Organization', 'PractitionerRole'];

/** A server that gives ids itself, with what an EPR has on it, written to and polled every second by a service. */
async function start(there: readonly FhirResource[], habits: Partial<Habits> = {}) {
  const server = new FakeServer({ ...WELL_BEHAVED, clientIds: 'refused-405', ...habits }, Date.now, 1);
  for (const each of there) server.store.keep(each);
  const service = await running({ fhirBaseUrl: await server.start(), pollCron: '* * * * * *' });
  cleanUps.push(
    () => server.stop(),
    () => removeFolder(service.dataDir),
    () => service.service.stop(),
  );
  const all = <T extends FhirResource>(type: T['resourceType']) =>
    server.store.all().filter(({ resourceType }) => resourceType === type) as T[];
  const messages = async () =>
    ((await (await service.get('/messages?_count=200')).json()) as { messages: { id: string }[] }).messages.length;
  const polls = () => server.asked.filter(({ path }) => path.startsWith('Task?')).length;
  const writes = () => server.asked.filter(({ method, path }) => method !== 'GET' && !path.endsWith('_search')).length;
  const codes = () =>
    all<EpisodeOfCare>('EpisodeOfCare')
      .flatMap((each) => [...JSON.stringify(each).matchAll(/"code":"(C01(?:A|S|O|CK|X))"/g)].map(([, code]) => code))
      .sort()
      .join();
  const milestone = (kind: string) =>
    all<Task>('Task').find(({ code, for: of }) => code?.coding?.[0]?.code === kind && of !== undefined);
  /** Nothing is written and no message comes in while it is polled several times. */
  const rests = async () => {
    for (let [from, before] = [polls(), '']; polls() - from < POLLS;) {
      const now = `${writes()} ${await messages()}`;
      if (now !== before) [from, before] = [polls(), now];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  /** What came to stand there beside what there was. */
  const added = (types: readonly string[]) =>
    server.store
      .all()
      .filter(({ resourceType }) => types.includes(resourceType))
      .map(nameOf)
      .filter((name) => !there.map(nameOf).includes(name));
  return { server, service, all, messages, rests, codes, milestone, added };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never was so: ${what}`);
}

const only = (...ids: string[]) => eprResources().filter(({ id = '' }) => ids.includes(id));
const REFERRED = only('epr-patient', 'hf1', 'hf1-unit', 'r1');
const CLASS = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' };
const ATTENDED_ON = {
  type: {
    coding: [{ system: 'https://fhir.pakkeforlop.example/CodeSystem/pathway-task-output', code: 'attended-on' }],
  },
  valueDate: '2026-03-04',
};

describe('a server that gives ids itself, written to and polled', () => {
  test.each<Partial<Habits>>([{}, { normalises: 'source' }, { normalises: 'adds' }, { versions: 'no-etag' }])(
    'comes to rest: what lives there is referred to, and what was written there is nobody’s news (%j)',
    async (habits) => {
      const { messages, rests, codes, added } = await start(eprResources(), habits);
      await until('all codes', () => codes() === ALL_CODES);
      await rests();
      expect(added(REFERRED_TO)).toEqual([]);
      const said = eprResources().filter(({ resourceType }) => !NEVER_POLLED.includes(resourceType));
      expect(await messages()).toBe(said.length);
    },
    60_000,
  );

  test('comes to rest where it does not say the version of what it finds: our Tasks may be people’s, and say nothing new', async () => {
    const { rests, codes, added } = await start(eprResources(), { versions: 'no-meta' });
    await until('all codes', () => codes() === ALL_CODES);
    await rests();
    expect(added(REFERRED_TO)).toEqual([]);
    expect(codes()).toBe(ALL_CODES);
  }, 60_000);

  test('is told what a person answers on a Task there, whose id it gave', async () => {
    const { server, all, rests, codes, messages, milestone } = await start(REFERRED);
    await until('the milestone stands', () => milestone('first-attendance') !== undefined);
    await rests();
    const before = await messages();
    const asked = milestone('first-attendance')!;
    server.store.keep({ ...asked, status: 'completed', output: [ATTENDED_ON], owner: { display: 'Kari' } });
    await until('attended', () => codes() === 'C01A,C01S');
    await rests();
    expect(milestone('first-attendance')).toMatchObject({ status: 'completed', owner: { display: 'Kari' } });
    expect(all('EpisodeOfCare')).toHaveLength(1);
    expect((await messages()) - before).toBe(1);
  }, 60_000);

  test('is told that a person changed who died there: the pathway ends on that day', async () => {
    const { server, all, rests } = await start(REFERRED);
    await until('referred', () => all('EpisodeOfCare').length === 1);
    await rests();
    const [patient] = all<Patient>('Patient');
    server.store.keep({ ...patient!, deceasedDateTime: '2026-03-12' });
    await until('ended', () => JSON.stringify(all('EpisodeOfCare')).includes('"end":"2026-03-12"'));
    await rests();
    expect(all('Patient').map(nameOf)).toEqual(['Patient/epr-patient']);
  }, 60_000);

  test('has a patient of ours under its own id: what a source says of them there is about the same one', async () => {
    const { server, service, all, rests, codes } = await start([]);
    const [id = ''] = await service.send(event('referral', 'r', { receivedAt: '2026-03-02', mark: 'C01' }));
    await service.until(id, 'delivered');
    await rests();
    const [patient, episode] = [all('Patient')[0]!, all<EpisodeOfCare>('EpisodeOfCare')[0]!];
    const [hospital] = all('Organization');
    server.store.keep({
      ...{ resourceType: 'Encounter', id: 'seen', status: 'finished', class: CLASS },
      subject: { reference: nameOf(patient) },
      serviceProvider: { reference: nameOf(hospital!) },
      episodeOfCare: [{ reference: nameOf(episode) }],
      period: { start: '2026-03-05T09:00:00+01:00' },
    });
    await until('attended', () => codes() === 'C01A,C01S');
    await rests();
    expect(all('Patient')).toHaveLength(1);
    expect(all('EpisodeOfCare')).toHaveLength(1);
  }, 60_000);
});
