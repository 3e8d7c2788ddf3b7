// What the rounds against HAPI come to, as figures.

/** Of each phase, and of all: rates a second as medians of the rounds; the share is the service's rate by HAPI's own, of each round. */
export function figuresOf(rounds) {
  const phases = Object.fromEntries(
    rounds[0].map(({ name }, n) => [name, figuresOfPhase(rounds.map((round) => round[n]))]),
  );
  const isBeside = rounds[0].every(({ beside }) => beside !== undefined);
  return {
    share: shareOf(rounds, 'replayed'),
    ...(isBeside ? { shareBeside: shareOf(rounds, 'beside') } : {}),
    phases,
  };
}

/** The service's rate by that of the calls alone, over all phases of a round. */
function shareOf(rounds, replay) {
  return spread(rounds.map((round) => sum(round, (phase) => phase[replay].ms) / sum(round, ({ ms }) => ms)));
}

/** The same beside a neighbour, which used so much of a core, where the service had. */
function besideOf(runs) {
  return {
    hapiPerS: rounded((runs[0].messages * 1000) / median(runs.map(({ beside }) => beside.ms))),
    share: spread(runs.map(({ ms, beside }) => beside.ms / ms)),
    cpu: {
      service: rounded(median(runs.map(({ cpuMs, ms }) => cpuMs.service / ms))),
      neighbour: rounded(median(runs.map(({ beside }) => beside.neighbourCpu))),
    },
  };
}

/** How much of the time HAPI had nothing to do. */
function idleOf(runs) {
  return {
    service: rounded(median(runs.map(({ firstCoreIdle }) => firstCoreIdle))),
    replay: rounded(median(runs.map(({ replayed }) => replayed.firstCoreIdle))),
  };
}

function figuresOfPhase(runs) {
  const [{ messages, calls }] = runs;
  const perMessage = (value) => rounded(median(runs.map(value)) / messages);
  return {
    messages,
    perS: rounded((messages * 1000) / median(runs.map(({ ms }) => ms))),
    hapiPerS: rounded((messages * 1000) / median(runs.map(({ replayed }) => replayed.ms))),
    share: spread(runs.map(({ ms, replayed }) => replayed.ms / ms)),
    ...(runs[0].beside === undefined ? {} : { beside: besideOf(runs), firstCoreIdle: idleOf(runs) }),
    inFlight: {
      most: Math.max(...runs.map(({ inFlight }) => inFlight.most)),
      mean: rounded(median(runs.map(({ inFlight }) => inFlight.mean))),
    },
    callsPerMessage: perMessage((run) => run.calls.length),
    calls: counted(calls.map(kindOf)),
    readsBeforeWrites: counted(readReasons(calls)),
    answers: {
      service: answersOf(runs, ({ calls: made }) => made),
      replay: answersOf(runs, ({ replayed }) => replayed.calls),
    },
    cpuMsPerMessage: {
      service: perMessage(({ cpuMs }) => cpuMs.service),
      machine: perMessage(({ cpuMs }) => cpuMs.machine),
      machineInReplay: perMessage(({ replayed }) => replayed.cpuMs.machine),
    },
  };
}

/** `PUT Task`, `POST Patient/_search`, `POST transaction`. */
function kindOf({ method, url }) {
  const [, type = 'transaction', rest] = /\/fhir\/(\w+)(\/_search)?/.exec(url) ?? [];
  return `${method} ${type}${rest ?? ''}`;
}

/** Why something was read: nothing but these. */
function readReasons(calls) {
  const refused = [];
  return calls.flatMap((call) => {
    const { method, url, body = '', status } = call;
    if (status === 409 || status === 412) refused.push(`${url} ${body}`);
    if (url.endsWith('/_search')) return ['who stands there already, by number'];
    if (method !== 'GET') return [];
    const name = url.split('/').slice(-2).join('/');
    if (refused.some((text) => text.includes(name))) return ['after 409 or 412'];
    return [name.startsWith('Task/') ? 'a Task that stands' : 'another reason'];
  });
}

function answersOf(runs, callsOf) {
  return counted(runs.flatMap((run) => callsOf(run).map(({ status }) => String(status))));
}

function counted(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function spread(values) {
  return { median: rounded(median(values)), least: rounded(Math.min(...values)), most: rounded(Math.max(...values)) };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function sum(items, valueOf) {
  return items.reduce((total, item) => total + valueOf(item), 0);
}

function rounded(value) {
  return Number(value.toFixed(3));
}
