import type { Metrics } from './api/metrics.js';
import type { Failure } from './model/failure.js';
import type { DeliveryResult, GivenIds, LookedUp, PendingWrite } from './model/resources.js';
import type { Sender } from './write/sender.js';

/** The sender as the pipeline uses it: what became of each resource is counted, and whether the server is in trouble is known. */
export class Sending {
  private trouble: Failure | undefined;

  constructor(
    private readonly sender: Sender,
    private readonly metrics: Metrics,
  ) {}

  /** Whether the server did what it was asked last. */
  get isWell(): boolean {
    return this.trouble === undefined;
  }

  async lookUp(rows: readonly PendingWrite[], attempts: number, given?: GivenIds): Promise<LookedUp> {
    const { trouble, ...result } = await this.sender.lookUp(rows, attempts, given);
    if (trouble !== undefined) this.trouble = trouble;
    return result;
  }

  async deliver(rows: readonly PendingWrite[], attempts: number, given?: GivenIds): Promise<DeliveryResult> {
    const { trouble, ...result } = await this.sender.deliver(rows, attempts, given);
    this.trouble = trouble;
    for (const { outcome } of result.done) this.metrics.delivered(outcome, 1);
    if (result.retryAt !== undefined) this.metrics.delivered('retried', rows.length - result.done.length);
    return result;
  }
}
