export interface Json {
  readonly [key: string]: Json;
  readonly [index: number]: Json;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Whatever JSON came back. */
  readonly body: Json;
  readonly text: string;
}

/** Asks a server; a text is sent as it is, anything else as FHIR JSON. */
export async function ask(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { ...(text === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const answered = await response.text();
  const isJson = answered !== '' && response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(answered) : {}) as Json,
    text: answered,
  };
}

/** Ids of what a search found, in the order found. */
export function idsIn({ body }: Answer, mode = 'match'): string[] {
  const entries = (body['entry'] ?? []) as unknown as { resource: { id: string }; search: { mode: string } }[];
  return entries.filter(({ search }) => search.mode === mode).map(({ resource }) => resource.id);
}

/** The address of the page after this one. */
export function nextPageOf({ body }: Answer): string | undefined {
  const links = (body['link'] ?? []) as unknown as { relation: string; url: string }[];
  return links.find(({ relation }) => relation === 'next')?.url;
}
