import { watch } from 'chokidar';
import { loadMappings, type Mappings } from './load-mappings.js';
import { MappingsError } from './mapping-files.js';
import type { Log } from './support/log.js';

export interface LiveMappingsOptions {
  readonly dir: string;
  readonly schemasDir: string;
  readonly log: Log;
}

/** Files are copied one after another: what is there is looked at when nothing came for so long. */
const QUIET_MS = 500;

/**
 * The mappings in use. A change in their folder is taken whole or not at all: what is wrong is refused with file and place, the
 * old ones stay, and health says so.
 */
export class LiveMappings {
  private loaded: Mappings;
  private refused: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private stopWatching: () => Promise<void> = () => Promise.resolve();

  /** Throws {@link MappingsError} where they cannot be used from the start. */
  constructor(private readonly options: LiveMappingsOptions) {
    this.loaded = loadMappings(options.dir, options.schemasDir);
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
    const { dir, schemasDir, log } = this.options;
    try {
      this.loaded = loadMappings(dir, schemasDir);
      this.refused = [];
      log.info('mappings loaded', { count: this.loaded.packs.length });
      return true;
    } catch (error) {
      if (!(error instanceof MappingsError)) throw error;
      this.refused = error.faults;
      log.error('mappings refused', { count: error.faults.length, place: error.faults[0]?.split(': ')[0] ?? '' });
      return false;
    }
  }

  /** Reads the folder anew whenever something in it changed; `onLoaded` is called when that is in use. Must not throw. */
  watch(onLoaded: () => void): void {
    const watcher = watch(this.options.dir, {
      ignoreInitial: true,
      ignored: (path) => /[\\/]examples([\\/]|$)/.test(path),
    });
    watcher.on('all', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        if (this.reload()) onLoaded();
      }, QUIET_MS);
    });
    watcher.on('error', () => this.options.log.warn('the folder of the mappings cannot be watched'));
    this.stopWatching = () => watcher.close();
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.stopWatching();
  }
}
