/**
 * Ends calls that take too long or wait when the service stops. Neither `AbortSignal.any` (it leaks, and is forgotten by the
 * garbage collector) nor a signal alone does on Node 20: once the headers are there, a body that stalls is not aborted by it.
 * So the call is also left behind by us; its socket then ends with the HTTP client's own limit.
 */
export class CallLimits {
  private readonly running = new Set<(reason: DOMException) => void>();
  private closed = false;

  constructor(private readonly timeoutMs: number) {}

  /** Rejects with a `TimeoutError`, or an `AbortError` once closed. */
  async within<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.closed) throw new DOMException('closed', 'AbortError');
    const controller = new AbortController();
    let end: (reason: DOMException) => void = () => undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      end = (reason) => {
        reject(reason);
        controller.abort(reason);
      };
    });
    const timer = setTimeout(() => end(new DOMException('timeout', 'TimeoutError')), this.timeoutMs);
    this.running.add(end);
    try {
      return await Promise.race([call(controller.signal), ended]);
    } finally {
      clearTimeout(timer);
      this.running.delete(end);
    }
  }

  close(): void {
    this.closed = true;
    for (const end of this.running) end(new DOMException('closed', 'AbortError'));
  }
}
