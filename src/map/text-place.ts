/** A place in a text; both count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export function textPlace(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** ` line 3 column 14` of an offset in a text; nothing of one that is not known. */
export function placeIn(text: string, offset: number): string {
  return placeText(offset < 0 ? undefined : textPlace(text, offset));
}

export function placeText(place: TextPlace | undefined): string {
  return place === undefined ? '' : ` line ${place.line} column ${place.column}`;
}
