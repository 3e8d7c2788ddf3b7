import { pino, type DestinationStream } from 'pino';

/**
 * What a log line may hold: ids of ours, codes, counts, durations. There is no field for text that comes from a message,
 * a FHIR server or an exception, since any of these may hold a national id.
 */
export interface LogFields {
  readonly messageId?: string;
  readonly pathwayId?: string;
  readonly resource?: string;
  /** The name of a source, as the settings or the mappings have it. */
  readonly source?: string;
  readonly code?: string;
  readonly status?: number;
  readonly method?: string;
  readonly route?: string;
  readonly count?: number;
  readonly attempts?: number;
  readonly durationMs?: number;
  readonly delayMs?: number;
  readonly on?: string;
  readonly port?: number;
  readonly place?: string;
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Structured logs (one JSON object a line) to `destination`, standard output if none is given. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = { level, base: null };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  return {
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, fields = {}) => logger.error(fields, event),
  };
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Where an exception arose, without its message, which may hold an address or a value: its class, its code and the first
 * place in our own code.
 */
export function placeOf(error: unknown): LogFields {
  if (!(error instanceof Error)) return { code: typeof error };
  const code: unknown = 'code' in error ? error.code : undefined;
  const frame = error.stack?.split('\n').find((line) => /\/(src|dist)\//.test(line));
  const place = frame?.replace(/^.*\/(src|dist)\//, '$1/').replace(/\)$/, '');
  return {
    code: typeof code === 'string' ? `${error.name} ${code}` : error.name,
    ...(place === undefined ? {} : { place }),
  };
}
