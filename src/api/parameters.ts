import type { Identifier } from '../model/facts.js';
import type { Fault, MessageStatus } from '../model/message.js';
import type { Instant } from '../support/clock.js';
import { isDay, isWhen, osloMidnight, toInstant } from '../support/dates.js';
import type { MessageListQuery } from './options.js';

export const MESSAGE_STATUSES = [
  'received',
  'applied',
  'delivered',
  'waiting',
  'rejected',
] as const satisfies readonly MessageStatus[];

export const COUNT = { default: 50, most: 500 } as const;

/** Parameters of a query or form, understood, or what is wrong with them. */
export type Parsed<T> = { readonly value: T } | { readonly faults: readonly Fault[] };

/** `GET /messages?status=&source=&_count=&cursor=` */
export function parseMessageQuery(parameters: unknown): Parsed<MessageListQuery> {
  const { values, faults } = single(parameters, ['status', 'source', '_count', 'cursor']);
  const { status, source, cursor } = values;
  const count = values['_count'] ?? String(COUNT.default);
  if (status !== undefined && !isMessageStatus(status))
    faults.push({ path: '/status', message: `must be one of: ${MESSAGE_STATUSES.join(', ')}` });
  if (!/^\d{1,3}$/.test(count) || Number(count) < 1 || Number(count) > COUNT.most)
    faults.push({ path: '/_count', message: `must be a number from 1 to ${COUNT.most}` });
  if (cursor !== undefined && !/^[\x21-\x7e]{1,1000}$/.test(cursor))
    faults.push({ path: '/cursor', message: 'must be the cursor of a page before' });
  if (faults.length > 0) return { faults };
  return {
    value: {
      count: Number(count),
      ...(status !== undefined && isMessageStatus(status) ? { status } : {}),
      ...(source === undefined ? {} : { source }),
      ...(cursor === undefined ? {} : { cursor }),
    },
  };
}

/** `patient={system}|{value}`, of a query or a form. */
export function parsePatient(parameters: unknown): Parsed<Identifier> {
  const { values, faults } = single(parameters, ['patient']);
  const token = values['patient'];
  const bar = token?.indexOf('|') ?? -1;
  if (faults.length > 0) return { faults };
  if (token === undefined || bar < 1 || bar === token.length - 1)
    return { faults: [{ path: '/patient', message: 'must be given as {system}|{value}' }] };
  return { value: { system: token.slice(0, bar), value: token.slice(bar + 1) } };
}

/** `pack=&since=`: a mapping pack, and the day or instant since which it is about. */
export function parsePackSince(parameters: unknown): Parsed<{ readonly pack: string; readonly since: Instant }> {
  const { values, faults } = single(parameters, ['pack', 'since']);
  const { pack = '', since = '' } = values;
  if (pack === '') faults.push({ path: '/pack', message: 'must name a mapping pack' });
  if (!isWhen(since)) faults.push({ path: '/since', message: 'must be a day, or an instant with its offset' });
  if (faults.length > 0) return { faults };
  return { value: { pack, since: isDay(since) ? osloMidnight(since) : toInstant(since) } };
}

/** `since=&cursor=`: a page of messages since a day or instant. */
export function parsePage(parameters: unknown): Parsed<{ readonly since: Instant; readonly cursor?: string }> {
  const { values, faults } = single(parameters, ['since', 'cursor']);
  const { since = '', cursor } = values;
  if (!isWhen(since)) faults.push({ path: '/since', message: 'must be a day, or an instant with its offset' });
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
    faults.push({ path: '/cursor', message: 'must be the cursor of a page before' });
  if (faults.length > 0) return { faults };
  const from = isDay(since) ? osloMidnight(since) : toInstant(since);
  return { value: { since: from, ...(cursor === undefined ? {} : { cursor }) } };
}

/** No parameters at all. */
export function parseNone(parameters: unknown): Parsed<Record<string, never>> {
  const { faults } = single(parameters, []);
  return faults.length > 0 ? { faults } : { value: {} };
}

/** The address of the next page, relative, with the query of this one. */
export function nextPage(query: MessageListQuery, cursor: string): string {
  const parameters = new URLSearchParams();
  if (query.status !== undefined) parameters.set('status', query.status);
  if (query.source !== undefined) parameters.set('source', query.source);
  parameters.set('_count', String(query.count));
  parameters.set('cursor', cursor);
  return `/messages?${parameters.toString()}`;
}

/** Every parameter known, said once, not empty and of text that can be looked up. Unknown names are not repeated. */
function single(
  parameters: unknown,
  known: readonly string[],
): { readonly values: Readonly<Record<string, string | undefined>>; readonly faults: Fault[] } {
  const faults: Fault[] = [];
  const values: Record<string, string | undefined> = {};
  const given = parameters !== null && typeof parameters === 'object' ? Object.entries(parameters) : [];
  for (const [name, value] of given as [string, unknown][]) {
    if (!known.includes(name)) faults.push({ path: '', message: expectedNames(known) });
    else if (typeof value !== 'string' || value === '')
      faults.push({ path: `/${name}`, message: 'must be given once, and not be empty' });
    else if (value.includes('\0') || /\p{Surrogate}/u.test(value))
      faults.push({ path: `/${name}`, message: 'must not hold U+0000 or a lone surrogate' });
    else values[name] = value;
  }
  return { values, faults };
}

function expectedNames(known: readonly string[]): string {
  return known.length === 0 ? 'takes no parameters' : `takes no parameters but ${known.join(', ')}`;
}

function isMessageStatus(text: string): text is MessageStatus {
  return (MESSAGE_STATUSES as readonly string[]).includes(text);
}
