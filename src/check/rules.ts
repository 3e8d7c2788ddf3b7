import * as episode from './episode-rules.js';
import * as extension from './extension-rules.js';
import * as inboundAttendance from './inbound-attendance-rules.js';
import * as inbound from './inbound-rules.js';
import * as source from './source-rules.js';
import * as task from './task-rules.js';

/** Whether a rule holds for a resource, or an extension, whose structure is sound. */
type Rule = (value: never) => boolean;

const RULES: Readonly<Record<string, Rule>> = {
  ...episode,
  ...extension,
  ...source,
  ...task,
  ...inbound,
  ...inboundAttendance,
};

/** The names of all rules, as in the code: `dueByKind`. */
export const RULE_NAMES = Object.keys(RULES);

/** The function of a rule by the name that it has in the profiles, `due-by-kind`. Throws where there is none. */
export function ruleNamed(key: string): (value: unknown) => boolean {
  const rule = RULES[key.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase())];
  if (rule === undefined) throw new Error(`No function checks the rule ${key}`);
  return (value) => rule(value as never);
}
