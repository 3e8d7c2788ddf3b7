/** What a sender is told when the store cannot take anything now: it shall try again. */
export const UNAVAILABLE = 'The store cannot be written now. Nothing was stored.';
export const RETRY_AFTER_S = '1';

/** What the work gives; undefined when it failed because the store cannot be written now. Other errors go on. */
export async function unlessUnavailable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'StoreUnavailable') return undefined;
    throw error;
  }
}
