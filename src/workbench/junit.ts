import type { PackResult } from './test-pack.js';

/** The results as JUnit XML, as build servers read it: a suite a pack, a case an example. */
export function junitOf(results: readonly PackResult[]): string {
  const suites = results.map(({ pack, examples }) => {
    const cases = examples.map(({ name, status, kept, difference, durationMs }) => {
      const open = `    <testcase classname="${escaped(pack)}" name="${escaped(name)}" time="${seconds(durationMs)}"`;
      if (status === 'passed' || kept) return `${open}/>`;
      const message = status === 'new' ? 'nothing is expected yet' : 'not as expected';
      return `${open}>\n      <failure message="${message}">${escaped(difference)}</failure>\n    </testcase>`;
    });
    const failures = examples.filter(({ status, kept }) => status !== 'passed' && !kept).length;
    const totalMs = examples.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const counts = `tests="${examples.length}" failures="${failures}" time="${seconds(totalMs)}"`;
    return [`  <testsuite name="${escaped(pack)}" ${counts}>`, ...cases, '  </testsuite>'].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
