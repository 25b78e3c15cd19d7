/** While the socket tells the figures at least this often, nobody has to ask for them. */
export const FED_FOR_MS = 20_000;
/** Even so everything is read now and then: what an event did not tell would stay wrong for ever. */
const FED_EVERY_MS = 5 * 60_000;

let fedAt = -Infinity;

/** The socket has told the figures of the account, the market and all bots. */
export function noteFed(now = Date.now()): void {
  fedAt = now;
}

export function isFed(now = Date.now()): boolean {
  return now - fedAt < FED_FOR_MS;
}

/** How often something is read that the socket tells as well: seldom while it does, else every `ms`. */
export function unlessFed(ms: number): () => number {
  return () => (isFed() ? FED_EVERY_MS : ms);
}
