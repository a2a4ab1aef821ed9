import type { Random } from "../base/clock.js";

/** The same items in an order of chance (Fisher and Yates). */
export function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  const result = items.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [result[i], result[other]] = [result[other] as Item, result[i] as Item];
  }
  return result;
}
