import type { PreparedOptions } from "./options.js";
import { TokenBucket } from "./token-bucket.js";

/** What is ended when a budget is spent. */
export interface BudgetOwner {
  readonly options: PreparedOptions;
  readonly server: boolean;
  calm(message: string): void;
}

/**
 * Budgets of what costs a peer little and us much: resets of its own (CVE-2023-44487), resets that its errors make us send
 * (CVE-2025-8671), requests that are refused for their headers, and frames without effect. Buckets are made when first needed.
 */
export class ResetBudget {
  private readonly owner: BudgetOwner;
  private peers: TokenBucket | undefined;
  private ours: TokenBucket | undefined;
  private malformed: TokenBucket | undefined;
  private useless: TokenBucket | undefined;

  constructor(owner: BudgetOwner) {
    this.owner = owner;
  }

  /** The peer reset an open stream. A client is not harmed by that: it opens the streams. */
  countPeers(): void {
    if (!this.owner.server) return;
    this.peers ??= this.resets();
    if (!this.peers.take(this.now())) this.owner.calm("too many streams were reset");
  }

  /** An error of the peer made us reset a stream. */
  countOurs(): void {
    if (!this.owner.server) return;
    this.ours ??= this.resets();
    if (!this.ours.take(this.now())) this.owner.calm("too many streams had to be reset");
  }

  /** A request was refused whose frames were legal: it costs little, and is the fault of one call. */
  countMalformed(): void {
    const { malformedRequestBurst, malformedRequestsPerSecond } = this.owner.options.limits;
    this.malformed ??= new TokenBucket(malformedRequestBurst, malformedRequestsPerSecond, this.now());
    if (!this.malformed.take(this.now())) this.owner.calm("too many requests were malformed");
  }

  /** A frame without effect has come. */
  countUseless(): void {
    const { uselessFrameBurst, uselessFramesPerSecond } = this.owner.options.limits;
    this.useless ??= new TokenBucket(uselessFrameBurst, uselessFramesPerSecond, this.now());
    if (!this.useless.take(this.now())) this.owner.calm("too many frames without effect");
  }

  private resets(): TokenBucket {
    const { resetBurst, resetsPerSecond } = this.owner.options.limits;
    return new TokenBucket(resetBurst, resetsPerSecond, this.now());
  }

  private now(): number {
    return this.owner.options.clock.nowMs();
  }
}
