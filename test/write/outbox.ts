import type { FhirResource } from 'fhir/r4.js';
import type { PendingWrite, WriteDone } from '../../src/model/resources.js';
import type { Instant } from '../../src/support/clock.js';
import type { Sender } from '../../src/write/sender.js';
import { pending } from './rows.js';

/** One patient's rows, kept as the store keeps them: what is settled, and what is wanted anew meanwhile. */
export class Outbox {
  private readonly rows = new Map<string, PendingWrite>();
  readonly ends = new Map<string, WriteDone>();
  /** Ids that the server gave, by our names. */
  readonly given = new Map<string, string>();
  private attempts = 0;

  constructor(
    /** Whichever replica delivers next. */
    public sender: Sender,
  ) {}

  want(...resources: readonly FhirResource[]): this {
    for (const resource of resources) {
      const row = pending(resource);
      const before = this.rows.get(row.key);
      this.ends.delete(row.key);
      this.rows.set(row.key, {
        ...before,
        ...row,
        sent: before?.sent ?? [],
        wantedN: (before?.wantedN ?? 0) + 1,
      });
    }
    return this;
  }

  /** One attempt; `meanwhile` happens while it is under way. The code of what stood in the way, if anything did. */
  async deliver(meanwhile: () => void = () => undefined): Promise<string | undefined> {
    const claimed = [...this.rows.values()].filter(({ key }) => !this.ends.has(key));
    for (const row of claimed) this.rows.set(row.key, sentAgain(row));
    const delivering = this.sender.deliver(claimed, this.attempts, new Map(this.given));
    meanwhile();
    const { done, uncertain = [], given = [], lookedForSince, retryAt, trouble } = await delivering;
    for (const { key, id } of given) this.given.set(key.replace('|', '/'), id);
    this.attempts = retryAt === undefined ? 0 : this.attempts + 1;
    for (const { key, sent, wanted, ...row } of claimed) {
      const since = lookedForSince?.get(key) ?? row.lookedForSince;
      this.remember(key, uncertain.includes(key) ? [...sent, wanted] : sent, since);
    }
    for (const end of done) this.settle(end);
    return trouble?.code;
  }

  /** The service was stopped in the middle: whether the rows arrived is not known. */
  forget(): void {
    for (const row of this.rows.values()) this.rows.set(row.key, sentAgain(row));
  }

  outcome(name: string): string {
    const end = this.ends.get(name.replace('/', '|'));
    const [reason] = end?.reasons ?? [];
    return end === undefined ? 'pending' : reason === undefined ? end.outcome : `${end.outcome} ${reason.code}`;
  }

  private remember(key: string, sent: readonly FhirResource[], since: Instant | undefined): void {
    this.rows.set(key, { ...this.rows.get(key)!, sent, ...(since === undefined ? {} : { lookedForSince: since }) });
  }

  private settle(end: WriteDone): void {
    const row = this.rows.get(end.key)!;
    const { written = row.written, serverVersion = row.serverVersion } = end;
    if (end.outcome !== 'dead')
      this.rows.set(end.key, {
        ...row,
        sent: [],
        ...(written === undefined ? {} : { written }),
        ...(serverVersion === undefined ? {} : { serverVersion }),
      });
    if (end.wantedN === row.wantedN) this.ends.set(end.key, end);
  }
}

function sentAgain({ lookedForSince: _nobodyKnows, ...row }: PendingWrite): PendingWrite {
  return { ...row, sent: [...row.sent, row.wanted] };
}
