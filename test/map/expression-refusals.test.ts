import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonata from 'jsonata';
import { openExpression } from '../../src/map/expression.js';
import { JSONATA_FUNCTIONS, unboundIn } from '../../src/map/expression-scopes.js';
import { astOf, type Ast } from '../../src/map/jsonata-ast.js';

const conceptMaps = [{ id: 'm', group: [{ source: 'urn:s', target: 'urn:t', element: [] }] }];
const options = { file: 'a.jsonata', conceptMaps, timeZone: 'Europe/Oslo', bindings: ['patientOf'] };

function refused(text: string): readonly string[] {
  try {
    openExpression(text, options);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

test('the functions of JSONata are those it has', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');
  const bound = [...source.matchAll(/staticFrame\.bind\('(\w+)'/g)].flatMap(([, name]) => name ?? []);
  const refusedOnes = ['eval', 'random', 'shuffle'];
  expect([...new Set([...JSONATA_FUNCTIONS, ...refusedOnes])].sort()).toEqual([...new Set(bound)].sort());
});

describe('a variable without a value is refused where it stands:', () => {
  test.each([
    ['a function that nobody knows', '$patientof(a)', '$patientof'],
    ['a variable that is given a value nowhere', '($day1 := 1; $day2)', '$day2'],
    ['one that is given its value behind', '($a := $b; $b := 1; $a)', '$b'],
    ['one that is made of itself', '($a := $a + 1; $a)', '$a + 1'],
    ['one of a block, outside it', '(($a := 1; $a); [$a])', '$a]'],
    ['one of a function, outside it', '($f := function($x) { $x }; $f($x))', '$x))'],
    ['in a filter', 'visits[number = $nr]', '$nr'],
    ['as a key', '{ $name: 1 }', '$name'],
    ['in a grouping', 'visits{ $name: 1 }', '$name'],
    ['in an order', 'visits^(>$by)', '$by'],
    ['in brackets behind a block', '(a)[$n = 1]', '$n'],
    ['in a change', '| a | { "b": $b } |', '$b'],
    ['behind ~>', 'a ~> $uppercas', '$uppercas'],
    ['before ??', '$a ?? 1', '$a'],
  ])('%s', (_what, text, at) => {
    const [fault] = refused(text);
    expect(fault).toMatch(`a.jsonata line 1 column ${text.indexOf(at) + 1}: $`);
    expect(fault).toMatch('neither a variable with a value here nor a function');
  });

  test('all of them at once, in the order of the text', () => {
    expect(refused('{ "a": $x,\n "b": $now(),\n "c": $y }')).toMatchObject(
      [/line 1 .*\$x/, /line 2 .*\$now/, /line 3 .*\$y/].map((each) => expect.stringMatching(each)),
    );
  });
});

test.each([
  '($f := function($n) { $n = 0 ? 0 : $g($n) }; $g := function($n) { $f($n - 1) }; $f(3))',
  'visits@$v.number[$v.form = "P"].{ "at": $v.day }',
  'visits#$i.{ "n": $i }',
  'visits[0]#$i[$i = 0]',
  '(a ? $x := 1; $x)',
  '($x := $y := 1; $x + $y)',
  '$map(a, function($v, $i) { $v & $i })',
  '$x := 1',
  '($sum := function($l) { $count($l) }; $sum([$$, $]))',
  '(($x := 1; $x) + ($x := 2; $x))',
  '($x := 1; $f := function() { $x }; ($y := 2; $f() + $y))',
])('nothing is refused in %s', (text) => {
  expect(refused(text)).toEqual([]);
});

describe('a translation that no ConceptMap can serve is refused:', () => {
  test.each([
    ['a target that none has', '$mapped(system, code, "urn:other")', 'to urn:other'],
    ['a source that none has', '$translate("urn:other", code)', 'from urn:other'],
    ['both, but not in one group', '$translate("urn:t", code, "urn:s")', 'from urn:t to urn:s'],
    ['by variables', '($b := "urn:"; $t := $b & "x"; a.$mapped(system, code, $t))', 'to urn:x'],
  ])('%s', (_what, text, series) => {
    expect(refused(text)).toEqual([
      `a.jsonata line 1 column ${text.search(/\$(mapped|translate)/) + 1}: no ConceptMap of the pack has a group ${series}`,
    ]);
  });

  test.each([
    '$translate("urn:s", code, "urn:t")',
    '$translate(system, code, target)',
    '(a ? $t := "urn:x"; $mapped("urn:s", code, $t))',
    '($f := function($t) { $mapped("urn:s", code, $t) }; $f("urn:t"))',
    '($t := "urn:x"; $t := "urn:t"; $mapped("urn:s", code, $t))',
    '($mapped := function($s) { $s }; $mapped("urn:x"))',
    '"P" ~> $translate("urn:x", "urn:y")',
  ])('but not %s', (text) => {
    expect(refused(text)).toEqual([]);
  });
});

/** Expressions in which every value is one: whatever is nothing, nobody gave a value. */
function programs({ functions }: { readonly functions: boolean }): fc.Arbitrary<string> {
  const name = fc.constantFrom('$a', '$b', '$c');
  const { program } = fc.letrec<{ program: string; block: string; statement: string }>((tie) => ({
    program: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(name, fc.constant('1')),
      tie('block'),
      fc.tuple(tie('program'), tie('program')).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(tie('program'), tie('program')).map(([a, b]) => `{ "x": ${a}, "y": ${b} }`),
      fc.tuple(tie('program'), tie('program')).map(([a, b]) => `(true ? ${a} : ${b})`),
      ...(functions
        ? [
            fc.tuple(name, tie('program'), tie('program')).map(([n, a, b]) => `(function(${n}) { ${a} })(${b})`),
            fc.tuple(name, tie('program')).map(([n, a]) => `$map([1, 2], function(${n}) { ${a} })`),
          ]
        : []),
    ),
    statement: fc.oneof(
      fc.tuple(name, tie('program')).map(([n, a]) => `${n} := ${a}`),
      tie('program'),
    ),
    block: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }).map((all) => `(${all.join('; ')})`),
  }));
  return program;
}

/** Which variables were looked at, and gave a value or nothing. */
async function looked(text: string) {
  const expression = jsonata(text);
  const unbound = new Set<Ast>(unboundIn(astOf(expression), ['map']));
  const seen: { readonly isRefused: boolean; readonly isNothing: boolean }[] = [];
  const leave = (node: Ast, _input: unknown, _frame: unknown, result: unknown) => {
    if (node.type === 'variable') seen.push({ isRefused: unbound.has(node), isNothing: result === undefined });
  };
  expression.assign(Symbol.for('jsonata.__evaluate_exit') as unknown as string, leave);
  await expression.evaluate({});
  return { unbound, seen };
}

test('what is refused never has a value', async () => {
  await fc.assert(
    fc.asyncProperty(programs({ functions: true }), async (text) => {
      const { seen } = await looked(text);
      expect(seen.filter(({ isRefused, isNothing }) => isRefused && !isNothing)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('where nothing is refused, and no function is made, everything has a value', async () => {
  await fc.assert(
    fc.asyncProperty(programs({ functions: false }), async (text) => {
      const { unbound, seen } = await looked(text);
      fc.pre(unbound.size === 0);
      expect(seen.filter(({ isNothing }) => isNothing)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
