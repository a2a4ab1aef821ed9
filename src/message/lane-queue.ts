/** Those that wait, in lanes: the lanes take turns, so that one with many in it does not keep the others waiting. */
export class LaneQueue<T> {
  size: number = 0;
  /** The first has its turn next. */
  private readonly lanes: Map<unknown, Lane<T>> = new Map();

  push(name: unknown, item: T): void {
    const lane = this.lanes.get(name);
    if (lane === undefined) this.lanes.set(name, new Lane(item));
    else lane.push(item);
    this.size++;
  }

  /** The first of the lane that is first, which then is the last lane; there must be one. */
  shift(): T {
    const [entry] = this.lanes;
    const [name, lane] = entry as [unknown, Lane<T>];
    this.lanes.delete(name);
    this.size--;
    const item = lane.shift();
    if (lane.size > 0) this.lanes.set(name, lane);
    return item;
  }
}

class Lane<T> {
  private readonly items: T[];
  private at: number = 0;

  constructor(first: T) {
    this.items = [first];
  }

  get size(): number {
    return this.items.length - this.at;
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T {
    const item = this.items[this.at++] as T;
    // Each is moved once on average.
    if (this.at >= 32 && this.at * 2 >= this.items.length) {
      this.items.splice(0, this.at);
      this.at = 0;
    }
    return item;
  }
}
