import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  readonly location: string;
  readonly message: string;
}

export interface Validator {
  /** What HL7's validator says of each resource, or of a text that should be one, in their order. */
  check(...resources: readonly (object | string)[]): Promise<readonly (readonly Issue[])[]>;
  stop(): Promise<void>;
}

/** HL7's validator with the profiles, value sets and code systems of the folders; `run.js` says how it is started. */
export function startValidator(...folders: readonly string[]): Validator {
  const [java = '', ...args] = JSON.parse(process.env['VALIDATOR'] ?? '[]') as string[];
  if (java === '') throw new Error('The validator is found by: npm run test:hapi');
  const child = spawn(java, [...args, ...folders], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    check: async (...resources) => {
      const texts = resources.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
      child.stdin.write(texts.map((text) => `${text}\n`).join(''));
      const answers: Issue[][] = [];
      for (const _ of texts) {
        const line = await lines.next();
        if (line.done === true) throw new Error('The validator has ended');
        answers.push(JSON.parse(line.value) as Issue[]);
      }
      return answers;
    },
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}
