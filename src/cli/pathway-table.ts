import Table from 'cli-table3';
import type { Deadline, Episode, Pathway } from '../model/pathway.js';

/** Pathways as a table for people: one row for each episode. */
export function pathwayTable(rows: readonly { readonly name: string; readonly pathway: Pathway }[]): string {
  const table = new Table({
    head: ['who', 'episode at', 'status', 'codes', 'deadlines', 'findings'],
    style: { head: [], border: [] },
    colWidths: [26, 14, 11, 20, 44, 18],
    wordWrap: true,
  });
  for (const { name, pathway } of rows) {
    for (const episode of pathway.episodes) table.push([name, ...cellsOf(episode)]);
  }
  return table.toString();
}

function cellsOf({ organization, status, registrations, deadlines, findings }: Episode): string[] {
  return [
    organization.identifier.value,
    status,
    registrations
      .map(({ code, premiss, on }) => `${code}${premiss === undefined ? '' : `+${premiss}`} ${on}`)
      .join('\n'),
    deadlines.map(deadlineLine).join('\n'),
    findings.map(({ code }) => code).join('\n'),
  ];
}

function deadlineLine({ kind, dueOn, metOn, endedOn }: Deadline): string {
  const state = metOn !== undefined ? `met ${metOn}` : endedOn !== undefined ? `ended ${endedOn}` : 'open';
  return `${kind} ${dueOn} ${state}`;
}
