/** A member of the ring: the links are in the member itself, so that turns and removals cost nothing. */
export interface Scheduled {
  ringNext: Scheduled | undefined;
  ringPrevious: Scheduled | undefined;
  inRing: boolean;
}

/** Round robin over the streams that have data and window: who had a turn goes to the end. */
export class WriteScheduler<Member extends Scheduled> {
  private head: Scheduled | undefined;
  private tail: Scheduled | undefined;

  /** True when no stream waits for its turn. */
  get empty(): boolean {
    return this.head === undefined;
  }

  /** Puts a stream at the end, if it is not in the ring. */
  push(member: Member): void {
    if (member.inRing) return;
    member.inRing = true;
    member.ringPrevious = this.tail;
    if (this.tail === undefined) this.head = member;
    else this.tail.ringNext = member;
    this.tail = member;
  }

  /** Takes the stream whose turn it is out of the ring. */
  shift(): Member | undefined {
    const member = this.head as Member | undefined;
    if (member !== undefined) this.remove(member);
    return member;
  }

  /** Takes a stream out, if it is in the ring. */
  remove(member: Member): void {
    if (!member.inRing) return;
    const { ringNext, ringPrevious } = member;
    if (ringPrevious === undefined) this.head = ringNext;
    else ringPrevious.ringNext = ringNext;
    if (ringNext === undefined) this.tail = ringPrevious;
    else ringNext.ringPrevious = ringPrevious;
    member.ringNext = undefined;
    member.ringPrevious = undefined;
    member.inRing = false;
  }
}
