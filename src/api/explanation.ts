import type { Basis, Episode, Explanation, Pathway } from '../model/pathway.js';

/** One derived thing with its reason, as `GET /pathways/{id}/explanation` answers it. */
export interface ExplainedItem {
  readonly episode: string;
  readonly organization: string;
  readonly item: 'registration' | 'deadline' | 'finding';
  readonly what: string;
  readonly rule: string;
  readonly because: { readonly nb: string; readonly en: string };
  readonly basis: readonly ExplainedBasis[];
  readonly leftOut: readonly (ExplainedBasis & {
    readonly why: string;
    readonly because: { readonly nb: string; readonly en: string };
  })[];
}

/** The fact behind something: its kind, the source's own id for it, and the message that said it. */
export interface ExplainedBasis {
  readonly kind: string;
  readonly source: string;
  readonly id: string;
  readonly message: string;
}

export interface PathwayExplanation {
  readonly pathway: string;
  readonly code: string;
  readonly definition: string;
  readonly items: readonly ExplainedItem[];
}

export function explanationOf(pathway: Pathway): PathwayExplanation {
  return {
    pathway: pathway.id,
    code: pathway.code,
    definition: pathway.definitionVersion,
    items: pathway.episodes.flatMap(itemsOf),
  };
}

function itemsOf(episode: Episode): ExplainedItem[] {
  const registrations = episode.registrations.map(({ code, premiss, on, explanation }) =>
    itemOf(
      episode,
      'registration',
      `${code}${premiss === undefined ? '' : ` (premiss ${premiss})`} ${on}`,
      explanation,
    ),
  );
  const deadlines = episode.deadlines.map(({ kind, dueOn, metOn, endedOn, explanation }) => {
    const state = metOn !== undefined ? `met ${metOn}` : endedOn !== undefined ? `ended ${endedOn}` : 'open';
    return itemOf(episode, 'deadline', `${kind} due ${dueOn}, ${state}`, explanation);
  });
  const findings = episode.findings.map(({ code, explanation }) => itemOf(episode, 'finding', code, explanation));
  return [...registrations, ...deadlines, ...findings];
}

function itemOf(episode: Episode, item: ExplainedItem['item'], what: string, explanation: Explanation): ExplainedItem {
  return {
    episode: episode.id,
    organization: episode.organization.identifier.value,
    item,
    what,
    rule: explanation.rule,
    because: explanation.text,
    basis: explanation.basis.map(basisOf),
    leftOut: explanation.leftOut.map((left) => ({ ...basisOf(left), why: left.why, because: left.text })),
  };
}

function basisOf({ factKey, messageId }: Basis): ExplainedBasis {
  const [source = '', kind = '', id = ''] = JSON.parse(factKey) as string[];
  return { kind, source, id, message: messageId };
}

/** The same for reading: one paragraph for each code, deadline and finding. */
export function explanationText(explanation: PathwayExplanation): string {
  const lines = [`Pathway ${explanation.pathway} (${explanation.code}, definition ${explanation.definition})`];
  let episode = '';
  for (const item of explanation.items) {
    if (item.episode !== episode) {
      episode = item.episode;
      lines.push('', `Episode ${episode} at ${item.organization}`);
    }
    lines.push(`  ${item.what}`, `    ${item.because.en} [${item.rule}]`);
    for (const each of item.basis)
      lines.push(`    from ${each.kind} ${each.id} of ${each.source} (message ${each.message})`);
    for (const each of item.leftOut) lines.push(`    not ${each.kind} ${each.id}: ${each.because.en}`);
  }
  return `${lines.join('\n')}\n`;
}
