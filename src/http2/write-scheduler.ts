/** A member of a ring: the links are in the member itself, so that turns and removals cost nothing. */
export interface Scheduled {
  ringNext: Scheduled | undefined;
  ringPrevious: Scheduled | undefined;
  /** Undefined while it does not wait for a turn. */
  ring: Ring | undefined;
  /** Bytes that it sent since it came to its turn. */
  turnBytes: number;
  /** Bytes that it has to send. */
  readonly bytes: number;
}

/** So much is little, in bytes: about a frame. */
const shortBytesMax = 16_384;
/** So many bytes of streams with little may go in a row before one with much has a frame. */
const shortRunBytesMax = 16_384;
/** What a stream of many small messages costs beside its bytes, so that their run ends too. */
const shortOverheadBytes = 64;
/** A stream with much keeps its turn until it has sent so many bytes. */
const turnBytesMax = 1_048_576;

/**
 * Whose turn it is to send, of the streams that have data and window. Streams with little go first; every frame of theirs in
 * turn with one of a stream with much, where both wait. Of those with much, one keeps its turn for up to 1 MiB and then goes
 * to the end: large messages become complete one after the other, and their receivers begin to work, where turns
 * of a frame each would complete all of them at the very end.
 */
export class WriteScheduler<Member extends Scheduled> {
  private readonly short: Ring = new Ring();
  private readonly long: Ring = new Ring();
  /** Bytes that streams with little sent in a row. */
  private shortRunBytes: number = 0;
  /** The stream whose turn it is had much before: one that had little and has much now must not go in front of others. */
  private isTurnLong: boolean = false;

  /** True when no stream waits for its turn. */
  get empty(): boolean {
    return this.short.head === undefined && this.long.head === undefined;
  }

  /** Puts a stream at the end, if it does not wait already. */
  push(member: Member): void {
    if (member.ring !== undefined) return;
    member.turnBytes = 0;
    if (member.bytes <= shortBytesMax) this.short.push(member);
    else this.long.push(member);
  }

  /** A stream whose turn it was sent so many bytes, and has more. */
  goOn(member: Member, byteCount: number): void {
    member.turnBytes += byteCount;
    const keeps = this.isTurnLong && member.turnBytes < turnBytesMax && member.bytes > shortBytesMax;
    if (keeps) this.long.unshift(member);
    else this.push(member);
  }

  /** Takes the stream whose turn it is out of its ring. */
  shift(): Member | undefined {
    const { short, long } = this;
    const isShort = short.head !== undefined && (long.head === undefined || this.shortRunBytes < shortRunBytesMax);
    const member = (isShort ? short : long).head;
    if (member === undefined) return undefined;
    this.isTurnLong = !isShort;
    this.shortRunBytes = isShort ? this.shortRunBytes + member.bytes + shortOverheadBytes : 0;
    this.remove(member as Member);
    return member as Member;
  }

  /** Takes a stream out, if it waits. */
  remove(member: Member): void {
    member.ring?.remove(member);
  }
}

/** Members in the order of their turns; for the scheduler alone. */
export class Ring {
  head: Scheduled | undefined;
  private tail: Scheduled | undefined;

  push(member: Scheduled): void {
    member.ring = this;
    member.ringPrevious = this.tail;
    if (this.tail === undefined) this.head = member;
    else this.tail.ringNext = member;
    this.tail = member;
  }

  unshift(member: Scheduled): void {
    member.ring = this;
    member.ringNext = this.head;
    if (this.head === undefined) this.tail = member;
    else this.head.ringPrevious = member;
    this.head = member;
  }

  remove(member: Scheduled): void {
    const { ringNext, ringPrevious } = member;
    if (ringPrevious === undefined) this.head = ringNext;
    else ringPrevious.ringNext = ringNext;
    if (ringNext === undefined) this.tail = ringPrevious;
    else ringNext.ringPrevious = ringPrevious;
    member.ringNext = undefined;
    member.ringPrevious = undefined;
    member.ring = undefined;
  }
}
