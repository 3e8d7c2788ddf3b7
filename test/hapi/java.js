// The Maven module in ./java: is it possible to build it here, and what its programs are started with.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const MODULE = join(import.meta.dirname, 'java');
const CLASSES = join(MODULE, 'target/classes');
const CLASS_PATH = join(MODULE, 'target/class-path');
const BUILD_MS = 900_000;
/** Starts and short runs matter here, not the last bit of speed. */
const SHORT_RUNS = ['-Xmx1g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

export const LOG = join(MODULE, 'target/server.log');

/** Which of the programs that are needed are not here. */
export function missingPrograms() {
  const wanted = { java: '-version', javac: '-version', mvn: '-version' };
  return Object.entries(wanted)
    .filter(([program, option]) => spawnSync(program, [option], { stdio: 'ignore' }).status !== 0)
    .map(([program]) => program);
}

/** Compiles what is newer than the last build: from what Maven has, else from what it can fetch. True: it is built. */
export function build() {
  if (isBuilt()) return true;
  const maven = (stdio, ...options) =>
    spawnSync('mvn', ['-q', '-B', ...options, 'process-classes'], { cwd: MODULE, stdio, timeout: BUILD_MS }).status ===
    0;
  return maven('ignore', '-o') || maven('inherit');
}

/** Arguments of `java`; `jvm`: other options than those of the tests. */
export function javaArguments(program, args = [], jvm = SHORT_RUNS) {
  const classPath = [CLASSES, readFileSync(CLASS_PATH, 'utf8').trim()].join(delimiter);
  return [...jvm, '-cp', classPath, `example.pakkeforlop.hapi.${program}`, ...args];
}

function isBuilt() {
  if (!existsSync(CLASS_PATH)) return false;
  const builtAt = statSync(CLASS_PATH).mtimeMs;
  const sources = readdirSync(join(MODULE, 'src'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  if ([join(MODULE, 'pom.xml'), ...sources].some((file) => statSync(file).mtimeMs > builtAt)) return false;
  return readFileSync(CLASS_PATH, 'utf8').trim().split(delimiter).every(existsSync);
}
