import { FOLDERS, type Folder, type FolderName } from './folders.js';

/** What is opened and never closed is known at the end of the text. */
export const AT_THE_END = Symbol('at the end');

/** A fault, where it is planted, and how it must be reported. */
export interface PlantedFault {
  /** A sentence, with the first letter small. */
  readonly name: string;
  readonly folder: FolderName;
  /** The file that the report names; the fault of a pack is planted in `plantedIn`, if not there. */
  readonly file: string;
  readonly plantedIn?: string;
  /** Text for text; what is replaced stands once in the file. Undefined: the file is left out. */
  readonly edit?: readonly [string, string] | 'is missing';
  /** The line that must be told is the one on which this stands, or the last; absent: that of the planted text. */
  readonly line?: string | typeof AT_THE_END;
  /** What must be said of it. */
  readonly says: RegExp;
  /** `loading`: refused; `mapping`: a reason of the message; `examples`: the example of that name tells it. */
  readonly seenBy: 'loading' | 'mapping' | 'examples';
  readonly message?: string;
  /** A change in the message: what stands at a JSON Pointer; undefined takes it away. */
  readonly sent?: readonly [pointer: string, value: unknown];
  /** The place in the message. */
  readonly input?: string;
}

type Rest = Partial<Pick<PlantedFault, 'line' | 'plantedIn' | 'edit' | 'sent'>>;

/** Faults of the files themselves. */
export function whenLoading(
  folder: FolderName,
  file: string,
  faults: readonly (readonly [
    name: string,
    text: string,
    planted: string,
    says: RegExp,
    line?: PlantedFault['line'],
  ])[],
): readonly PlantedFault[] {
  return faults.map(([name, text, planted, says, line]) => ({
    name,
    folder,
    file,
    edit: [text, planted],
    says,
    seenBy: 'loading',
    ...(line === undefined ? {} : { line }),
  }));
}

/** Faults of a pack that a message meets. */
export function whenMapping(
  folder: FolderName,
  file: string,
  message: string,
  faults: readonly (readonly [name: string, text: string, planted: string, says: RegExp, input: string, rest?: Rest])[],
): readonly PlantedFault[] {
  return faults.map(([name, text, planted, says, input, rest]) => ({
    name,
    folder,
    file,
    message,
    edit: [text, planted],
    says,
    input,
    seenBy: 'mapping',
    ...rest,
  }));
}

/** Faults of a message that a good pack meets. `line`: what of the pack asks for it. */
export function inMessage(
  folder: FolderName,
  file: string,
  message: string,
  faults: readonly (readonly [
    name: string,
    pointer: string,
    value: unknown,
    says: RegExp,
    input: string,
    line: string,
  ])[],
): readonly PlantedFault[] {
  return faults.map(([name, pointer, value, says, input, line]) => ({
    name,
    folder,
    file,
    message,
    sent: [pointer, value],
    says,
    input,
    line,
    seenBy: 'mapping',
  }));
}

/**
 * Faults of a pack that only its examples can know: the fact is well-formed, but another. `field`: of the fact; empty: all of it.
 * `input` is empty where nothing of the message gave it.
 */
export function byExample(
  folder: FolderName,
  file: string,
  faults: readonly (readonly [
    name: string,
    text: string,
    planted: string,
    example: string,
    field: string,
    input: string,
    rest?: Rest,
  ])[],
): readonly PlantedFault[] {
  return faults.map(([name, text, planted, message, field, input, rest]) => ({
    name,
    folder,
    file,
    message,
    edit: [text, planted],
    says: new RegExp(`^${field}$`),
    ...(input === '' ? {} : { input }),
    seenBy: 'examples',
    ...rest,
  }));
}

/** The folder with the fault in it, and the line on which the report must say it is. */
export function planted(fault: PlantedFault): { readonly folder: Folder; readonly line: number | undefined } {
  const good: Folder = FOLDERS[fault.folder];
  const at = fault.plantedIn ?? fault.file;
  if (fault.edit === 'is missing') {
    const { [at]: _gone, ...left } = good;
    return { folder: left, line: lineOf(left[fault.file] ?? '', String(fault.line), fault.name) };
  }
  const text = good[at] ?? '';
  const [from, to] = fault.edit ?? ['', ''];
  if (fault.edit !== undefined && text.split(from).length !== 2)
    throw new Error(
      `«${fault.name}»: ${at} must hold the text that is replaced once, holds it ${text.split(from).length - 1} times: ${from}`,
    );
  const folder = fault.edit === undefined ? good : { ...good, [at]: text.replace(from, () => to) };
  if (fault.line === AT_THE_END) return { folder, line: (folder[fault.file] ?? '').split('\n').length };
  if (fault.line !== undefined) return { folder, line: lineOf(folder[fault.file] ?? '', fault.line, fault.name) };
  return { folder, line: text.slice(0, text.indexOf(from) + differsAt(from, to)).split('\n').length };
}

/** Where two texts begin to differ: what stands before is only there to find the place. */
function differsAt(from: string, to: string): number {
  const at = Array.from(from).findIndex((char, index) => char !== to[index]);
  return at < 0 ? from.length : at;
}

function lineOf(text: string, part: string, name: string): number {
  if (text.split(part).length !== 2) throw new Error(`«${name}»: the line must hold a text that stands once: ${part}`);
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

/** A message with something else at a JSON Pointer. */
export function sent(message: object, [pointer, value]: readonly [string, unknown]): object {
  const steps = pointer.split('/').slice(1);
  const last = steps.pop() ?? '';
  const holder = steps.reduce<Record<string, unknown>>(
    (at, step) => at[step] as Record<string, unknown>,
    message as Record<string, unknown>,
  );
  if (!(last in holder)) throw new Error(`Nothing stands at ${pointer}`);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return message;
}
