/** A running service, spoken to over HTTP as anybody else would. */
export interface Client {
  get(path: string, accept?: string): Promise<Answer>;
  post(path: string, body?: unknown, type?: string): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

/** The service cannot be reached, or answered something unexpected: told in one line, no stack. */
export class ClientError extends Error {}

const TIMEOUT_MS = 60_000;

export function createClient(base: string, token?: string): Client {
  const call = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Answer> => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = {
      method,
      signal,
      headers: { ...headers, ...authorization },
      ...(body === undefined ? {} : { body }),
    };
    const response = await fetch(`${base.replace(/\/+$/, '')}${path}`, request).catch(() => {
      throw new ClientError(`No service answers at ${base}: start it with «npm start», or name another with --base`);
    });
    const text = await response.text();
    return { status: response.status, text, json: parsed(text) };
  };
  return {
    get: (path, accept = 'application/json') => call('GET', path, { accept }),
    post: (path, body, type = 'application/json') =>
      body === undefined
        ? call('POST', path, { accept: 'application/json' })
        : call('POST', path, { accept: 'application/json', 'content-type': type }, asText(body)),
  };
}

function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body of a good answer; otherwise what the service said was wrong, as one readable error. */
export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  const problem = answer.json as { detail?: string; errors?: { path: string; message: string }[] } | undefined;
  const errors = problem?.errors?.map(({ path, message }) => `  ${path}: ${message}`) ?? [];
  throw new ClientError(
    [`The service answered ${answer.status}: ${problem?.detail ?? 'no details'}`, ...errors].join('\n'),
  );
}
