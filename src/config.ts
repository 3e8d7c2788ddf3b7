import { LOG_LEVELS, type LogLevel } from './support/log.js';

/** The environment, understood. What is absent was not set. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly apiToken?: string;
  readonly dataDir: string;
  readonly databaseUrl?: string;
  /** Without a trailing slash; absent: the embedded server. */
  readonly fhirBaseUrl?: string;
  readonly fhirToken?: string;
  /** Organisation numbers this installation registers for; absent: all. */
  readonly organizations?: readonly string[];
  /** Absent: the bundled ones. */
  readonly mappingsDir?: string;
  /** A cron expression; absent: no scan by the clock. */
  readonly scanCron?: string;
  /** A cron expression; absent: nothing is polled by the clock. */
  readonly pollCron?: string;
  /** What `SOURCES_FILE` names; absent: the FHIR server that is written to is the only source. */
  readonly sources?: readonly SourceSettings[];
  /** Routes for those who write packs: absent, none; `edit`: they take edited files too. */
  readonly mappingBench?: 'read' | 'edit';
  readonly logLevel: LogLevel;
}

/** A FHIR server that is polled, or sends, as `SOURCES_FILE` describes it. */
export interface SourceSettings {
  readonly name: string;
  /** Without a trailing slash. */
  readonly base: string;
  readonly token?: string;
  readonly types?: readonly string[];
  readonly pack?: string;
}

/** What only others know: whether a folder is there, what a cron expression is, and what a file says. */
export interface ConfigChecks {
  readonly isFolder: (path: string) => boolean;
  readonly isCronExpression: (text: string) => boolean;
  readonly loadSources: (
    file: string,
  ) => { readonly sources: readonly SourceSettings[] } | { readonly faults: readonly string[] };
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/**
 * Environment → {@link Config} (CONTRACT 1), or every fault at once, one line each: the variable and what was expected.
 * No value is repeated, since some are secrets. An empty variable is one that was not set; others than ours are left alone.
 */
export function readConfig(
  env: Environment,
  checks: ConfigChecks,
): { readonly config: Config } | { readonly faults: readonly string[] } {
  const read = new Reader(env);
  const config: Config = {
    port: read.port('PORT', 3000),
    host: read.matching('HOST', /^[A-Za-z0-9.:_[\]-]+$/, 'must be a host name or an IP address') ?? '127.0.0.1',
    ...optional('apiToken', read.matching('API_TOKEN', /^[\x21-\x7e]+$/, 'must be printable ASCII without blanks')),
    dataDir: read.text('DATA_DIR') ?? './data',
    ...optional(
      'databaseUrl',
      read.checked('DATABASE_URL', isPostgresUrl, 'must be a URL that begins with postgres:// or postgresql://'),
    ),
    ...optional('fhirBaseUrl', read.fhirBase('FHIR_BASE_URL')),
    ...optional('fhirToken', read.matching('FHIR_TOKEN', /^[\x21-\x7e]+$/, 'must be printable ASCII without blanks')),
    ...optional('organizations', read.organizations('ORGANIZATIONS')),
    ...optional('mappingsDir', read.checked('MAPPINGS_DIR', checks.isFolder, 'must be a folder that exists')),
    ...optional('scanCron', read.cron('SCAN_CRON', '0 * * * *', checks.isCronExpression)),
    ...optional('pollCron', read.cron('POLL_CRON', 'off', checks.isCronExpression)),
    ...optional('sources', read.sources('SOURCES_FILE', checks.loadSources)),
    ...optional('mappingBench', read.mappingBench('MAPPING_BENCH', 'MAPPING_BENCH_EDIT')),
    logLevel: read.logLevel('LOG_LEVEL'),
  };
  if (!LOOPBACK.test(config.host) && read.text('API_TOKEN') === undefined)
    read.faults.push('API_TOKEN must be set when HOST is not a loopback address');
  read.refuseUnavailable();
  return read.faults.length > 0 ? { faults: read.faults } : { config };
}

class Reader {
  readonly faults: string[] = [];

  constructor(private readonly env: Environment) {}

  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  checked(name: string, isRight: (value: string) => boolean, expected: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || isRight(value)) return value;
    this.faults.push(`${name} ${expected}`);
    return undefined;
  }

  matching(name: string, pattern: RegExp, expected: string): string | undefined {
    return this.checked(name, (value) => pattern.test(value), expected);
  }

  port(name: string, otherwise: number): number {
    const isPort = (value: string) => /^\d{1,5}$/.test(value) && Number(value) <= 65535;
    return Number(this.checked(name, isPort, 'must be a port number, 0 to 65535') ?? otherwise);
  }

  fhirBase(name: string): string | undefined {
    const expected = 'must be an http or https URL without credentials, query and fragment';
    return this.checked(name, isPlainHttpUrl, expected)?.replace(/\/+$/, '');
  }

  organizations(name: string): readonly string[] | undefined {
    const isList = (value: string) => value.split(',').every((number) => /^\d{9}$/.test(number.trim()));
    const list = this.checked(name, isList, 'must be organisation numbers of 9 digits, separated by commas');
    return list === undefined ? undefined : [...new Set(list.split(',').map((number) => number.trim()))];
  }

  cron(name: string, otherwise: string, isCronExpression: (text: string) => boolean): string | undefined {
    const isSchedule = (value: string) => value === 'off' || isCronExpression(value);
    const value = this.checked(name, isSchedule, 'must be off or a cron expression (5 fields, or 6 with seconds)');
    const schedule = value ?? otherwise;
    return schedule === 'off' ? undefined : schedule;
  }

  sources(name: string, load: ConfigChecks['loadSources']): readonly SourceSettings[] | undefined {
    const file = this.text(name);
    if (file === undefined) return undefined;
    const loaded = load(file);
    if ('sources' in loaded) return loaded.sources;
    for (const fault of loaded.faults) this.faults.push(`${name} ${fault}`);
    return undefined;
  }

  mappingBench(name: string, edit: string): Config['mappingBench'] {
    const [isOn, takesEdits] = [this.isOn(name), this.isOn(edit)];
    if (takesEdits && !isOn) this.faults.push(`${edit} needs ${name} to be 1`);
    if (!isOn) return undefined;
    return takesEdits ? 'edit' : 'read';
  }

  private isOn(name: string): boolean {
    return this.checked(name, (value) => ['0', '1', 'off'].includes(value), 'must be 1, 0 or off') === '1';
  }

  logLevel(name: string): LogLevel {
    const value = this.checked(name, isLogLevel, `must be one of ${LOG_LEVELS.join(', ')}`);
    return value !== undefined && isLogLevel(value) ? value : 'info';
  }

  /** Variables of the contract that this version does nothing with: better a refusal to start than a silent nothing. */
  refuseUnavailable(): void {
    const off: Readonly<Record<string, readonly string[]>> = {
      SHADOW: ['off', '0'],
      GO_LIVE_ON: [],
    };
    for (const [name, meansOff] of Object.entries(off)) {
      const value = this.text(name);
      if (value !== undefined && !meansOff.includes(value))
        this.faults.push(`${name} is not available in this version`);
    }
  }
}

function optional<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

function isLogLevel(text: string): text is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(text);
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}

/** Is it an http or https URL without credentials, query and fragment? */
export function isPlainHttpUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text) || /[?#]/.test(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
