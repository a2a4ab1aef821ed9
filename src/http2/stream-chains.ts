/** A member of the chains: the link is in the member itself. */
export interface Chained<Member> {
  readonly id: number;
  chainNext: Member | undefined;
}

const chainsMin = 8;

/**
 * Streams by their number. Numbers of one side are consecutive odd (or even) ones, so that half of the number spreads them
 * evenly over the chains. Costs a pointer a stream and nothing while there is none, where a `Map` costs several and keeps its
 * size.
 */
export class StreamChains<Member extends Chained<Member>> {
  size: number = 0;
  /** The first of each chain; a power of two of them, or none. */
  private heads: (Member | undefined)[] | undefined;

  get(id: number): Member | undefined {
    const { heads } = this;
    if (heads === undefined) return undefined;
    let member = heads[(id >> 1) & (heads.length - 1)];
    while (member !== undefined && member.id !== id) member = member.chainNext;
    return member;
  }

  /** @param member one whose id is not there yet */
  add(member: Member): void {
    this.heads ??= makeHeads(chainsMin);
    if (this.size >= this.heads.length) this.resize(this.heads, this.heads.length * 2);
    link(this.heads, member);
    this.size++;
  }

  /** Does nothing for one that is not there. */
  remove(member: Member): void {
    const { heads } = this;
    if (heads === undefined || !unlink(heads, member)) return;
    this.size--;
    if (this.size === 0) this.heads = undefined;
    else if (heads.length > chainsMin && this.size * 4 < heads.length) this.resize(heads, heads.length / 2);
  }

  /** All of them as they are now, in the order of their numbers: what is done to them may add and remove others. */
  all(): Member[] {
    const all: Member[] = [];
    this.each((member) => all.push(member));
    return all.sort((one, other) => one.id - other.id);
  }

  /** Visits all of them, in no order; none may be added or removed meanwhile. */
  each(visit: (member: Member) => void): void {
    for (let member of this.heads ?? []) for (; member !== undefined; member = member.chainNext) visit(member);
  }

  private resize(old: (Member | undefined)[], length: number): void {
    const heads = makeHeads<Member>(length);
    for (let member of old) {
      while (member !== undefined) {
        const next: Member | undefined = member.chainNext;
        link(heads, member);
        member = next;
      }
    }
    this.heads = heads;
  }
}

function makeHeads<Member>(length: number): (Member | undefined)[] {
  return new Array<Member | undefined>(length).fill(undefined);
}

function link<Member extends Chained<Member>>(heads: (Member | undefined)[], member: Member): void {
  const place = (member.id >> 1) & (heads.length - 1);
  member.chainNext = heads[place];
  heads[place] = member;
}

function unlink<Member extends Chained<Member>>(heads: (Member | undefined)[], member: Member): boolean {
  const place = (member.id >> 1) & (heads.length - 1);
  let before = heads[place];
  if (before === member) {
    heads[place] = member.chainNext;
  } else {
    while (before !== undefined && before.chainNext !== member) before = before.chainNext;
    if (before === undefined) return false;
    before.chainNext = member.chainNext;
  }
  member.chainNext = undefined;
  return true;
}
