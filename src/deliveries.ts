import type { DeliveryClaim } from './store/store.js';

export interface DeliverySteps {
  /** The patients whose resources are due to be sent, at most so many. */
  readonly claim: (limit: number) => Promise<readonly DeliveryClaim[]>;
  readonly deliver: (claim: DeliveryClaim) => Promise<void>;
}

const MOST_AT_ONCE = 8;
/** While more is known to be due it is claimed some at a time: on SQLite each claim costs a wait for the disk. */
const LEAST_ROOM = 2;

/** What is on its way to the FHIR server: so many patients at once, and each by itself. None waits for the answer to another's. */
export class Deliveries {
  private readonly running = new Set<Promise<void>>();
  private isMoreDue = false;

  constructor(private readonly steps: DeliverySteps) {}

  /** Begins as many as there is room for; each settles when it ends. None: nothing is due, or there is no room. */
  async begin(): Promise<readonly Promise<void>[]> {
    const room = MOST_AT_ONCE - this.running.size;
    if (room < (this.isMoreDue ? LEAST_ROOM : 1)) return [];
    const claims = await this.steps.claim(room);
    this.isMoreDue = claims.length === room;
    return claims.map((claim) => this.run(claim));
  }

  /** Resolves when nothing is on its way any more. */
  async ended(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  private run(claim: DeliveryClaim): Promise<void> {
    const delivery = this.steps.deliver(claim).finally(() => this.running.delete(delivery));
    this.running.add(delivery);
    return delivery;
  }
}
