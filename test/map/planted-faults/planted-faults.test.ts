import { describe, expect, test } from '@jest/globals';
import { planted, type PlantedFault } from './fault.js';
import { FAULTS } from './table.js';
import { reportsOfExample, reportsOfGood, reportsOfLoading, reportsOfMapping, type Report } from './reports.js';

const SEEN_BY: Readonly<Record<PlantedFault['seenBy'], string>> = {
  loading: 'is refused when it is loaded, with file and line',
  mapping: 'is a reason of the message that meets it, with file, line and the place in the message',
  examples: 'is told by the example whose outcome is another, with field, file, line and the place in the message',
};

async function reportsOf(fault: PlantedFault): Promise<readonly Report[]> {
  if (fault.seenBy === 'loading') return reportsOfLoading(fault);
  return fault.seenBy === 'mapping' ? reportsOfMapping(fault) : reportsOfExample(fault);
}

/** What the report must be. */
function isReported({ folder, file, says, input }: PlantedFault, line: number | undefined, report: Report): boolean {
  return (
    report.file === (folder === '.' ? file : `${folder}/${file}`) &&
    report.line === line &&
    says.test(report.says) &&
    (input === undefined || report.inputs.includes(input))
  );
}

describe.each(Object.entries(SEEN_BY))('what is planted (%s)', (seenBy, how) => {
  const faults = FAULTS.filter((fault) => fault.seenBy === seenBy);

  test.each(faults.map((fault) => [fault.name, fault] as const))(`%s ${how}`, async (_name, fault) => {
    const { line } = planted(fault);
    const reports = await reportsOf(fault);
    // What the messages say of a person and of days is repeated nowhere, but in what a format of the pack says itself.
    expect(JSON.stringify(reports)).not.toMatch(/17915710069|\b0[45]\.03\.2026/);
    const found = reports.some((report) => isReported(fault, line, report));
    expect(found ? [] : { wanted: { ...fault, line }, reports }).toEqual([]);
  });
});

test('the table holds 200 faults and more, each another', () => {
  expect(FAULTS.length).toBeGreaterThanOrEqual(200);
  const names = FAULTS.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  const done = FAULTS.map(({ folder, plantedIn, file, edit, sent, message }) =>
    JSON.stringify([folder, plantedIn ?? file, edit, sent && [sent[0], sent[1] ?? String(sent[1])], sent && message]),
  );
  expect(done.filter((each, index) => done.indexOf(each) !== index)).toEqual([]);
});

test('nothing is said where nothing is planted', async () => {
  expect(await reportsOfGood(FAULTS)).toEqual([]);
});
