import { ipBytes } from "../base/ip-bytes.js";

/** Addresses that are remembered at most; the one that was heard of longest ago is forgotten. */
const addressesMax = 10_000;

interface Account {
  tokens: number;
  lastMs: number;
}

/**
 * Calls that clients begin and take back with the whole connection: the resets of a connection have a budget of their own, and a peer
 * that closes the connection instead would have none. Counted by the peer's address, and only calls that were begun in the last
 * second: those of an honest client that is lost have mostly been there for longer, or are few. What an address may lose comes free again
 * within seconds, so that clients that all connect again are let in.
 */
export class LostCalls {
  private readonly burst: number;
  private readonly perMs: number;
  private readonly accounts: Map<string, Account> = new Map();

  constructor(burst: number, perSecond: number) {
    this.burst = burst;
    this.perMs = perSecond / 1_000;
  }

  /** A connection took so many calls with it that had just begun. */
  count(address: string, calls: number, nowMs: number): void {
    const key = keyOf(address);
    if (key === undefined || calls <= 0) return;
    const account = this.accounts.get(key) ?? { tokens: this.burst, lastMs: nowMs };
    this.refill(account, nowMs);
    // Never deeper in debt than what comes free in ten seconds.
    account.tokens = Math.max(account.tokens - calls, -10_000 * this.perMs);
    this.accounts.delete(key);
    this.accounts.set(key, account);
    if (this.accounts.size <= addressesMax) return;
    for (const oldest of this.accounts.keys()) {
      this.accounts.delete(oldest);
      return;
    }
  }

  /** Whether connections of the address are to be turned away now. */
  isSpent(address: string, nowMs: number): boolean {
    if (this.accounts.size === 0) return false;
    const key = keyOf(address);
    const account = key === undefined ? undefined : this.accounts.get(key);
    if (key === undefined || account === undefined) return false;
    this.refill(account, nowMs);
    if (account.tokens >= this.burst) this.accounts.delete(key);
    return account.tokens < 0;
  }

  private refill(account: Account, nowMs: number): void {
    account.tokens = Math.min(this.burst, account.tokens + (nowMs - account.lastMs) * this.perMs);
    account.lastMs = nowMs;
  }
}

/** An IPv4 address, or the 64 bits of an IPv6 address that one host has for itself; undefined for peers without an address. */
function keyOf(address: string): string | undefined {
  const v4 = /^ipv4:([0-9.]+):\d+$/.exec(address);
  if (v4 !== null) return v4[1];
  const v6 = /^ipv6:\[([^\]]+)\]:\d+$/.exec(address);
  return v6 === null
    ? undefined
    : ipBytes(v6[1] as string)
        .subarray(0, 8)
        .join(".");
}
