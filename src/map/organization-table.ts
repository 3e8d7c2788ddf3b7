import type { Identifier, OrganizationStatement } from '../model/facts.js';
import type { OrganizationTable, Place } from '../model/organization-table.js';

type Unit = OrganizationStatement & { readonly aliases?: readonly Identifier[] };

/** The organisations that a hospital has written down, by any of their identifiers. */
export class KnownPlaces {
  private readonly places = new Map<string, Place>();
  private readonly above: ReadonlySet<string>;

  constructor({ hospitals, above = [] }: OrganizationTable) {
    this.above = new Set(above.map(nameOf));
    for (const { units = [], ...hospital } of hospitals) {
      const organization = statementOf(hospital);
      this.add(hospital, { organization });
      for (const unit of units) this.add(unit, { organization, unit: statementOf(unit) });
    }
  }

  placeOf(identifier: Identifier): Place | undefined {
    return this.places.get(nameOf(identifier));
  }

  isAbove(identifier: Identifier): boolean {
    return this.above.has(nameOf(identifier));
  }

  private add(unit: Unit, place: Place): void {
    for (const each of numbersOf(unit)) this.places.set(nameOf(each), place);
  }
}

/**
 * Numbers that mean more than one place, or a place and what is above it: which is meant, nobody can say. By where they stand again
 * (JSON Pointer).
 */
export function ambiguousNumbersIn({
  hospitals,
  above = [],
}: OrganizationTable): readonly { readonly pointer: string; readonly number: string }[] {
  const places = hospitals.flatMap(({ units = [], ...hospital }, nth) => [
    ...numbersAt(hospital, `/hospitals/${nth}`),
    ...units.flatMap((unit, index) => numbersAt(unit, `/hospitals/${nth}/units/${index}`)),
  ]);
  const all = [...places, ...above.map((each, index) => ({ pointer: `/above/${index}/value`, number: nameOf(each) }))];
  return all.filter(({ number }, index) => all.findIndex((each) => each.number === number) !== index);
}

function numbersAt({ identifier, aliases = [] }: Unit, at: string) {
  return [
    { pointer: `${at}/identifier/value`, number: nameOf(identifier) },
    ...aliases.map((each, index) => ({ pointer: `${at}/aliases/${index}/value`, number: nameOf(each) })),
  ];
}

function numbersOf({ identifier, aliases = [] }: Unit): readonly Identifier[] {
  return [identifier, ...aliases];
}

function statementOf({ identifier, name }: OrganizationStatement): OrganizationStatement {
  return { identifier, ...(name === undefined ? {} : { name }) };
}

function nameOf({ system, value }: Identifier): string {
  return `${system}|${value}`;
}
