// Runs the tests of days once more in processes whose own zone differs: the result must not.
import { spawnSync } from 'node:child_process';

for (const zone of ['UTC', 'Europe/Oslo', 'America/New_York']) {
  const args = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    'test/support',
    'test/derive',
  ];
  const { status } = spawnSync(process.execPath, args, { env: { ...process.env, TZ: zone }, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
