import type { Fault } from '../model/message.js';
import type { Parsed } from './parameters.js';

/** Messages as bodies, and files of the pack in the place of those it has. */
export interface BenchRequest {
  readonly messages: readonly string[];
  readonly edits: Readonly<Record<string, string>>;
}

const MOST_MESSAGES = 100;
/** What an engineer edits of a pack: nothing above its folder. */
const EDITABLE = /^(manifest\.json|[A-Za-z0-9][A-Za-z0-9_-]*\.jsonata|concept-maps\/[A-Za-z0-9][A-Za-z0-9_.-]*\.json)$/;

/** `{ "messages": [ a body as text or as JSON ], "edits": { file: text } }`. */
export function parseBenchRequest(body: unknown, needsMessages: boolean): Parsed<BenchRequest> {
  const json = jsonIn(body);
  if (json === undefined) return { faults: [{ path: '', message: 'must be a JSON object' }] };
  const { messages = [], edits = {} } = json;
  const faults: Fault[] = [
    ...Object.keys(json)
      .filter((name) => name !== 'messages' && name !== 'edits')
      .map(() => ({ path: '', message: 'takes nothing but messages and edits' })),
    ...faultsOfMessages(messages, needsMessages),
    ...faultsOfEdits(edits),
  ];
  if (faults.length > 0) return { faults };
  const bodies = (messages as readonly unknown[]).map((each) =>
    typeof each === 'string' ? each : JSON.stringify(each),
  );
  return { value: { messages: bodies, edits: edits as BenchRequest['edits'] } };
}

function jsonIn(body: unknown): { readonly messages?: unknown; readonly edits?: unknown } | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function faultsOfMessages(messages: unknown, needsMessages: boolean): readonly Fault[] {
  const least = needsMessages ? 1 : 0;
  if (!Array.isArray(messages) || messages.length < least || messages.length > MOST_MESSAGES)
    return [{ path: '/messages', message: `must be a list of ${least} to ${MOST_MESSAGES} messages` }];
  return messages.flatMap((each: unknown, index) =>
    typeof each === 'string' || (typeof each === 'object' && each !== null)
      ? []
      : [{ path: `/messages/${index}`, message: 'must be a body as text, or as JSON' }],
  );
}

function faultsOfEdits(edits: unknown): readonly Fault[] {
  if (typeof edits !== 'object' || edits === null || Array.isArray(edits))
    return [{ path: '/edits', message: 'must be an object: the text of each file by its name' }];
  return Object.entries(edits).flatMap(([name, text]) =>
    EDITABLE.test(name) && typeof text === 'string'
      ? []
      : [{ path: '/edits', message: 'must hold texts of manifest.json, NAME.jsonata and concept-maps/NAME.json' }],
  );
}
