import { stateOf } from './folder-state.js';
import { loadMappings, type Mappings } from './load-mappings.js';
import { MappingsError } from './mapping-files.js';
import type { Log } from './support/log.js';

export interface LiveMappingsOptions {
  readonly dir: string;
  readonly schemasDir: string;
  /** Why mappings that are right by themselves cannot be used here; empty: they can. */
  readonly unfit: (mappings: Mappings) => readonly string[];
  readonly log: Log;
}

/** Files are copied one after another: the folder is read when it stayed the same from one look to the next. */
const LOOK_EVERY_MS = 1_000;
/** More places than this help nobody to mend the first. */
const MOST_LOGGED = 20;
/** Examples are nobody's mapping. */
const isMapping = (name: string) => !/(^|[\\/])examples([\\/]|$)/.test(name);

/**
 * The mappings in use. A change in their folder is taken whole or not at all: what is wrong is refused with file and place, the
 * old ones stay, and health says so.
 */
export class LiveMappings {
  private loaded: Mappings;
  private refused: readonly string[] = [];
  /** The state of the folder when it was looked at last, and when it was read last. */
  private seen = '';
  private read = '';
  private timer: NodeJS.Timeout | undefined;

  /** Throws {@link MappingsError} where they cannot be used from the start. */
  constructor(private readonly options: LiveMappingsOptions) {
    this.loaded = this.load();
  }

  get current(): Mappings {
    return this.loaded;
  }

  /** Why what is in the folder now is not in use; none: it is. */
  get faults(): readonly string[] {
    return this.refused;
  }

  /** Reads the folder anew; false: it was refused. */
  reload(): boolean {
    const { log } = this.options;
    try {
      this.loaded = this.load();
      this.refused = [];
      log.info('mappings loaded', { count: this.loaded.packs.length });
      return true;
    } catch (error) {
      this.refused = error instanceof MappingsError ? error.faults : ['the folder could not be read'];
      for (const fault of this.refused.slice(0, MOST_LOGGED))
        log.error('mappings refused', { count: this.refused.length, place: fault.split(': ')[0] ?? '' });
      return false;
    }
  }

  /**
   * Reads the folder anew whenever something in it changed; `onLoaded` is called when that is in use. Must not throw. The folder is
   * looked at by the clock: what is mounted into a container, or lies on another machine, does not tell when it changes.
   */
  watch(onLoaded: () => void): void {
    this.timer = setInterval(() => {
      const found = stateOf(this.options.dir, isMapping);
      const isStill = found === this.seen;
      this.seen = found;
      if (!isStill || found === this.read) return;
      if (this.reload()) onLoaded();
    }, LOOK_EVERY_MS);
  }

  private load(): Mappings {
    const { dir, schemasDir, unfit } = this.options;
    this.read = stateOf(dir, isMapping);
    this.seen = this.read;
    const mappings = loadMappings(dir, schemasDir);
    const faults = unfit(mappings);
    if (faults.length > 0) throw new MappingsError(faults);
    return mappings;
  }

  close(): void {
    clearInterval(this.timer);
  }
}
