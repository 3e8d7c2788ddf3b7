import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openExpression, PackError } from '../../src/map/expression.js';
import { RESOURCE_FUNCTIONS } from '../../src/map/resource-functions.js';
import { readPackSource } from './posted.js';

const options = { file: 'a.jsonata', conceptMaps: [], timeZone: 'Europe/Oslo' };
const event = (data: string) => `{ "type": "t", "data": ${data} }`;

async function observe(text: string, content: unknown) {
  const expression = openExpression(text, options);
  return { ...(await expression.observe(content)), nodes: expression.nodes };
}

async function faultsOf(text: string, content: unknown = {}) {
  const evaluation = await openExpression(text, options).evaluate(content);
  return 'faults' in evaluation ? evaluation.faults : [];
}

describe('the parts of an expression', () => {
  const files = readdirSync('mappings', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jsonata'),
  );

  test.each(files)('stand in %s where they are said to', (name) => {
    const text = readFileSync(join('mappings', name), 'utf8');
    const lines = text.split('\n');
    const { conceptMaps } = readPackSource(join('mappings', dirname(name)));
    const { nodes } = openExpression(text, { ...options, conceptMaps, bindings: RESOURCE_FUNCTIONS });
    expect(nodes.length).toBeGreaterThan(10);
    for (const { line, column, text: part } of nodes) {
      expect(lines[line - 1]?.slice(column - 1).startsWith(part.split('\n')[0] ?? '')).toBe(true);
      expect(part.match(/[([{]/g) ?? []).toHaveLength((part.match(/[)\]}]/g) ?? []).length);
    }
  });

  test('that no message reached are told', async () => {
    const { nodes, evaluated } = await observe(event('{ "x": a = 1 ? b : c }'), { a: 1, b: 2 });
    expect(nodes.filter((node) => !evaluated.has(node)).map(({ text }) => text)).toEqual(['c']);
  });
});

describe('what made a field', () => {
  test('is the value of its key, with what it asked for', async () => {
    const { madeBy } = await observe(event('{ "day": visit.started }'), { visit: { started: '2026-03-04' } });
    expect(madeBy('/0/data/day')).toMatchObject({
      node: { line: 1, column: 33, text: 'visit.started' },
      inputs: ['/visit/started'],
    });
  });

  test('is told of a field that is not there too', async () => {
    const { madeBy } = await observe(event('{ "day": visit.begun }'), { visit: { started: '2026-03-04' } });
    expect(madeBy('/0/data/day')?.inputs).toEqual(['/visit/begun']);
  });

  test('is found through variables, copies and lists', async () => {
    const text = '($v := visits; $v.{ "type": "t", "data": $merge([{ "id": number }, { "form": form }]) })';
    const { madeBy } = await observe(text, {
      visits: [
        { number: 1, form: 'P' },
        { number: 2, form: 'Q' },
      ],
    });
    expect(madeBy('/1/data/form')).toMatchObject({ node: { text: 'form' } });
    expect(madeBy('/1/data/form')?.inputs[0]).toBe('/visits/1/form');
  });

  test('of a part of the message passed on as it is, its own place', async () => {
    const { madeBy } = await observe(event('{ "patient": who }'), { who: { numbers: ['7'] } });
    expect(madeBy('/0/data/patient/numbers/0')?.inputs).toEqual(['/who/numbers/0']);
  });
});

describe('an expression that cannot do what it should', () => {
  test('says all of its faults, each with its place', async () => {
    const text = event('{\n "a": $day(from, "DD.MM.YYYY"),\n "b": $required(until, "an end") }');
    const faults = await faultsOf(text, { from: '31.02.2026' });
    expect(faults.map(({ message, place }) => [message, place?.node.line, place?.inputs])).toEqual([
      ['expected a day in the format DD.MM.YYYY', 2, ['/from']],
      ['expected an end', 3, ['/until']],
    ]);
  });

  test.each([
    [
      'as the last call of a function',
      '($d := function($x) { $day($x, "DD.MM.YYYY") }; EVENT{ "a": $d(from) }END)',
      '$day($x',
    ],
    [
      'with a call beside it that has nothing to do',
      'EVENT{ "b": $day(none, "DD.MM.YYYY"), "a": $day(from, "DD.MM.YYYY") }END',
      '$day(from',
    ],
    ['behind ~>', 'EVENT{ "a": from ~> $day("DD.MM.YYYY") }END', 'from ~>'],
    ['in a call of its own kind', 'EVENT{ "a": $day($day(from, "DD.MM.YYYY"), "YYYY") }END', '$day(from'],
  ])('says where: %s', async (_what, short, wanted) => {
    const text = short.replace('EVENT', '{ "type": "t", "data": ').replace('END', ' }');
    const [fault, ...others] = await faultsOf(text, { from: '31.02.2026' });
    expect(others).toEqual([]);
    expect([fault?.place?.node.line, fault?.place?.node.column]).toEqual([1, text.indexOf(wanted) + 1]);
    expect(fault?.place?.inputs[0]).toBe('/from');
  });

  test('says no place where a function was handed on to another', async () => {
    const [fault] = await faultsOf(event('{ "a": $map([from], function($x, $i) { $x } ~> $day) }'), {
      from: '31.02.2026',
    });
    expect(fault?.place).toBeUndefined();
  });

  test('repeats no value of the message', async () => {
    const faults = await faultsOf('$error("person " & name)', { name: 'Nordmann' });
    expect(JSON.stringify(faults)).not.toContain('Nordmann');
    expect(faults[0]?.message).toMatch('the expression refused it with $error');
  });
});

describe('an expression that could harm the service', () => {
  test.each([
    ['an endless recursion', '($f := function($n) { $f($n + 1) + 1 }; $f(1))'],
    ['an endless loop in tail position', '($f := function($n) { $f($n + 1) }; $f(1))'],
    ['a list without measure', '[1..10000000]'],
    ['a text without measure', '$pad("x", 1000000000)'],
    [
      'a text that doubles itself',
      '($f := function($s, $n) { $n = 0 ? $length($s) : $f($s & $s, $n - 1) }; $f("xx", 60))',
    ],
  ])(
    '%s ends as a fault, and the service goes on',
    async (_what, text) => {
      const began = performance.now();
      const faults = await faultsOf(event(text));
      expect(faults).toHaveLength(1);
      expect(performance.now() - began).toBeLessThan(4_000);
    },
    20_000,
  );

  test.each(['$eval("1")', '$now()', '$millis()', '$random()', '$shuffle([1, 2])'])('%s is refused', (text) => {
    expect(() => openExpression(`\n  ${text}`, options)).toThrow(/^a\.jsonata line 2 column \d+: \$\w+ is refused/);
  });

  test('a regular expression that no linear engine can match is refused with its place', () => {
    expect(() => openExpression('$contains(x, /(a)\\1/)', options)).toThrow(PackError);
    expect(() => openExpression('$contains(x, /(a)\\1/)', options)).toThrow(
      /a\.jsonata line 1 column \d+: .*linear time/,
    );
  });
});
