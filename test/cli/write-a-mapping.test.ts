import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** A project as a user has it: what the page names, and what was built. */
function project(): string {
  const dir = mkdtempSync(join(tmpdir(), 'project-'));
  for (const part of ['mappings', 'profiles', 'bin', 'package.json'])
    cpSync(part, join(dir, part), { recursive: true });
  for (const part of ['dist', 'node_modules']) symlinkSync(resolve(part), join(dir, part));
  return dir;
}

test('«Write your first mapping» runs as it stands, from the new folder to the message that goes on by itself', async () => {
  const page = readFileSync('docs/write-a-mapping.md', 'utf8');
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block);
  const port = await freePort();
  const dir = project();
  const script = ['set -e', ...blocks, 'kill %1', 'wait || true']
    .join('\n')
    .replaceAll('/tmp/', `${dir}/`)
    .replaceAll('npx pakkeforlop', `node ${join(dir, 'bin/pakkeforlop.js')}`)
    .replaceAll('npm start', `node ${resolve('dist/main.js')}`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`);
  const env = { ...process.env, PORT: String(port), PAKKEFORLOP_BASE: `http://127.0.0.1:${port}`, LOG_LEVEL: 'silent' };
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], {
    cwd: dir,
    env,
    encoding: 'utf8',
    timeout: 100_000,
  });
  rmSync(dir, { recursive: true, force: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('from /line/2/row/Utfall');
  expect(stdout).toContain('/line/2/row/Lege');
  expect(stdout).toContain('visits: 100 % of lines');
  expect(stdout).toContain('unmapped-code');
  expect(stdout).toMatch(/visits +│ urn:epr:utfall +│ A/);
  expect(stdout).toContain('No message waits for a code.');
  expect(stdout).toContain('2 of 2 messages would say something else');
}, 120_000);

test('the vocabulary of facts is that of the schemas', () => {
  const { stdout } = spawnSync('node', ['profiles/describe-facts.js'], { encoding: 'utf8' });
  expect(stdout).toBe(readFileSync('docs/facts.md', 'utf8'));
});
