// Loaded into the service before it starts (`node --import`): keeps what it asks of the FHIR server, and hands it over when told `take`.
const NativeRequest = globalThis.Request;
const nativeFetch = globalThis.fetch;
const bodies = new WeakMap();
let calls = [];

/** A request's body can be read once: it is kept when the request is made. */
globalThis.Request = class extends NativeRequest {
  constructor(input, init) {
    super(input, init);
    if (typeof init?.body === 'string') bodies.set(this, init.body);
  }
};

/** Times are milliseconds since the epoch, so that another process can compare them with its own. */
globalThis.fetch = async (request, init) => {
  const call = { beganAt: now(), request, status: 0 };
  calls.push(call);
  try {
    const response = await nativeFetch(request, init);
    call.status = response.status;
    return response;
  } finally {
    call.endedAt = now();
  }
};

process.on('message', (word) => {
  if (word !== 'take') return;
  const taken = calls.map(({ request, ...times }) => ({
    ...times,
    method: request.method,
    url: request.url,
    headers: [...request.headers],
    body: bodies.get(request),
  }));
  calls = [];
  process.send(taken);
});
process.channel?.unref();

function now() {
  return performance.timeOrigin + performance.now();
}
