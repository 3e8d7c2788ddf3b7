import type { FhirResource } from 'fhir/r4.js';
import { referencesIn } from '../model/references.js';

/**
 * Rows that must be written together because they refer to one another in a circle (an episode and its encounters), each group
 * after those it refers to: Tarjan's strongly connected components, which come out in that order.
 */
export function writeGroups<T extends { readonly content: FhirResource }>(items: readonly T[]): T[][] {
  const byReference = new Map(items.map((item) => [referenceTo(item.content), item]));
  const targets = new Map(
    items.map((item) => [item, referencesIn(item.content).flatMap((name) => byReference.get(name) ?? [])]),
  );
  return new Components(targets).all();
}

/**
 * Groups around one that is to blame: those that have nothing to do with it together, itself, those that depend on it together.
 * In this order nothing is written before what it refers to.
 */
export function groupsAround<T extends { readonly content: FhirResource }>(
  groups: readonly (readonly T[])[],
  blamed: readonly T[],
): T[][] {
  const failed = new Set(blamed.map(({ content }) => referenceTo(content)));
  const [others, dependents]: [T[], T[]] = [[], []];
  for (const group of groups.filter((one) => one !== blamed)) {
    const depends = group.some(({ content }) => referencesIn(content).some((name) => failed.has(name)));
    if (depends) for (const { content } of group) failed.add(referenceTo(content));
    (depends ? dependents : others).push(...group);
  }
  return [others, [...blamed], dependents].filter(({ length }) => length > 0);
}

export function referenceTo({ resourceType, id }: FhirResource): string {
  return `${resourceType}/${id ?? ''}`;
}

class Components<T> {
  private readonly index = new Map<T, number>();
  private readonly low = new Map<T, number>();
  private readonly stack: T[] = [];
  private readonly found: T[][] = [];

  constructor(private readonly targets: ReadonlyMap<T, readonly T[]>) {}

  all(): T[][] {
    for (const node of this.targets.keys()) if (!this.index.has(node)) this.visit(node);
    return this.found;
  }

  private visit(node: T): void {
    const order = this.index.size;
    this.index.set(node, order);
    this.low.set(node, order);
    this.stack.push(node);
    for (const target of this.targets.get(node) ?? []) {
      if (!this.index.has(target)) {
        this.visit(target);
        this.lower(node, this.low.get(target));
      } else if (this.stack.includes(target)) {
        this.lower(node, this.index.get(target));
      }
    }
    if (this.low.get(node) === order) this.found.push(this.stack.splice(this.stack.indexOf(node)));
  }

  private lower(node: T, to: number | undefined): void {
    this.low.set(node, Math.min(this.low.get(node) ?? 0, to ?? 0));
  }
}
