import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { EpisodeOfCare, Task } from 'fhir/r4.js';
import type express from 'express';
import { createLog } from '../../src/support/log.js';
import { closed, startForeignServer } from './foreign-server.js';
import { event, NATIONAL_ID, removeFolder, running, type RunningService } from './running.js';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

async function start(...args: Parameters<typeof running>): Promise<RunningService> {
  const started = await running(...args);
  cleanUps.push(
    () => removeFolder(started.dataDir),
    () => started.service.stop(),
  );
  return started;
}

const referral = (data: object = {}) => event('referral', 'r', { receivedAt: '2026-03-02', mark: 'C01', ...data });

async function otherServer(...options: Parameters<typeof startForeignServer>): Promise<{ url: string }> {
  const server = await startForeignServer(...options);
  cleanUps.push(() => server.stop());
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await closed(server);
  return port;
}

describe('the whole way', () => {
  test('a referral that comes in stands as an episode on the FHIR server, and explains itself', async () => {
    const { send, until, fhir, get } = await start();
    const [id = ''] = await send(referral());
    await until(id, 'delivered');
    const [episode] = await fhir<EpisodeOfCare>('EpisodeOfCare');
    expect(episode?.status).toBe('waitlist');
    const pathway = episode?.identifier?.find(({ system }) => system?.endsWith('/pathway-id'))?.value ?? '';
    const text = await (await get(`/pathways/${pathway}/explanation`)).text();
    expect(text).toContain('C01A 2026-03-02');
  });

  test('what could not be sent before a stop is sent after the start', async () => {
    const soon = () => new Date(Date.now() + 300).toISOString();
    const first = await running({}, { deliver: () => Promise.resolve({ done: [], retryAt: soon() }) });
    const [id = ''] = await first.send(referral());
    await first.until(id, 'applied');
    await first.service.stop();
    const second = await start({ dataDir: first.dataDir });
    await second.until(id, 'delivered');
    expect(await second.fhir('EpisodeOfCare')).toHaveLength(1);
  });

  test('the deadlines that passed while it was down are told at the start', async () => {
    const first = await running();
    const [id = ''] = await first.send(referral());
    await first.until(id, 'delivered');
    await first.service.stop();
    const second = await start({ dataDir: first.dataDir, scanCron: '0 0 1 1 *' });
    for (let tries = 0; tries < 200; tries++) {
      const warnings = (await second.fhir<Task>('Task?status=ready&_count=50')).filter(
        ({ businessStatus }) => businessStatus,
      );
      if (warnings.length > 0) {
        expect(warnings.map(({ businessStatus }) => businessStatus?.coding?.[0]?.code)).toContain('overdue');
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('no warning came');
  });

  test('every route but health wants the token, and the sender has it', async () => {
    const { service, send, until } = await start({ apiToken: 'secret' });
    for (const path of ['/messages', '/metrics', '/fhir/metadata', '/openapi.json']) {
      expect((await fetch(`${service.url}${path}`)).status).toBe(401);
    }
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    const [id = ''] = await send(referral());
    await until(id, 'delivered');
  });
});

describe('a FHIR server that is not as it should be', () => {
  test('is down: the message waits, health says so, and it goes on by itself once the server is up', async () => {
    const port = await freePort();
    const { send, until, get } = await start({ fhirBaseUrl: `http://127.0.0.1:${port}/fhir` });
    const [id = ''] = await send(referral());
    await until(id, 'applied');
    const health = async () =>
      (await (await get('/health/ready')).json()) as { ready: boolean; checks: { fhir: string } };
    for (let tries = 0; tries < 100 && (await health()).checks.fhir === 'ok'; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await health()).toMatchObject({ ready: true, checks: { fhir: 'failed' } });
    await otherServer({ port });
    expect((await until(id, 'delivered')).status).toBe('delivered');
  });

  test('refuses for good: the message says that its delivery failed', async () => {
    const refuseWrites: express.RequestHandler = (request, response, next) => {
      if (request.method === 'GET') {
        next();
        return;
      }
      const outcome = {
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error', code: 'invariant', diagnostics: NATIONAL_ID }],
      };
      response.status(422).type('application/fhir+json').send(JSON.stringify(outcome));
    };
    const { url } = await otherServer({ first: refuseWrites });
    const { send, status, until } = await start({ fhirBaseUrl: url });
    const [id = ''] = await send(referral());
    await until(id, 'applied');
    for (let tries = 0; tries < 200 && (await status(id)).reasons.length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const message = await status(id);
    expect(message.reasons.map(({ code }) => code)).toContain('delivery-failed');
    expect(JSON.stringify(message)).not.toContain(NATIONAL_ID);
  });
});

test('no log line holds anything about a patient, whatever goes wrong', async () => {
  let lines = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines += chunk.toString();
      done();
    },
  });
  const { send, until, get, service } = await start({}, { log: createLog('trace', sink) });
  const [id = ''] = await send(referral());
  await until(id, 'delivered');
  await send(
    referral({ version: 1, receivedAt: '2026-03-05' }),
    event('decision', 'd', { decidedAt: '2026-03-10', outcome: 'no-disease', pathway: 'C01' }),
  );
  await get(`/fhir/Patient?identifier=${NATIONAL_ID}`);
  await get(`/pathways?patient=urn:oid:2.16.578.1.12.4.1.4.1|${NATIONAL_ID}`);
  await fetch(`${service.url}/inbox/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"${NATIONAL_ID}":1}`,
  });
  await get(`/nowhere/${NATIONAL_ID}`);
  expect(lines).toContain('"msg":"request"');
  for (const secret of [NATIONAL_ID, 'Etternavnsen', 'Fornavn', '1957-05-17']) expect(lines).not.toContain(secret);
});
