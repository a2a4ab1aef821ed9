/** Something that a test may leave behind. */
export interface Resource {
  /** What it is, for people. */
  describe(): string;
  /** Still there. */
  open(): boolean;
  /** Lets the process end in spite of it. */
  unref(): void;
}

export interface Leak {
  readonly what: string;
  /** Where it was made, innermost first; empty where nobody but Node was on the stack. */
  readonly madeAt: readonly string[];
}

/** What a stack is kept in. */
interface Holder {
  readonly stack?: string;
}

/** Frames kept of each stack: those of Node between our call and the resource, and some of ours. */
const stackFrames = 12;
/** Lines shown of each. */
const shownFrames = 6;
/** Closed resources are forgotten when so many more have been noted. */
const sweepEvery = 1_000;

/** All resources that were made, with their stacks, until they are closed. */
export class LeakRecords {
  readonly #records = new Map<Resource, Holder>();
  #untilSweep = sweepEvery;

  /** Notes a resource as made by what called `below`. */
  note(resource: Resource, below: (...args: never[]) => unknown): void {
    const holder: Holder = {};
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = stackFrames;
    // Only taken here; the text is made when somebody asks for it.
    Error.captureStackTrace(holder, below);
    Error.stackTraceLimit = stackTraceLimit;
    this.#add(resource, holder);
  }

  /** Notes a resource that another one has made: a connection of a server. */
  noteChild(resource: Resource, parent: Resource | undefined): void {
    this.#add(resource, (parent === undefined ? undefined : this.#records.get(parent)) ?? {});
  }

  #add(resource: Resource, holder: Holder): void {
    this.#records.set(resource, holder);
    if (--this.#untilSweep > 0) return;
    this.#untilSweep = sweepEvery;
    this.#sweep();
  }

  /** What is open, without what packages in `node_modules` keep for themselves. */
  open(): Resource[] {
    this.#sweep();
    return [...this.#records.entries()].filter(([, { stack }]) => !isOfPackage(stack)).map(([resource]) => resource);
  }

  forget(): void {
    this.#records.clear();
  }

  leak(resource: Resource): Leak {
    const madeAt = ownFrames(this.#records.get(resource)?.stack).slice(0, shownFrames);
    return { what: resource.describe(), madeAt };
  }

  #sweep(): void {
    for (const resource of this.#records.keys()) if (!resource.open()) this.#records.delete(resource);
  }
}

function ownFrames(stack: string | undefined): string[] {
  const lines = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines.map((line) => line.trim()).filter((line) => !line.includes("node:"));
}

function isOfPackage(stack: string | undefined): boolean {
  return ownFrames(stack)[0]?.includes("/node_modules/") ?? false;
}

/** For the terminal: what was left, each with the place that made it. */
export function describeLeaks(file: string, leaks: readonly Leak[]): string {
  const lines = leaks.flatMap(({ what, madeAt }) => [
    `  ${what}`,
    ...(madeAt.length === 0 ? ["    made by Node, called by none of our code"] : madeAt.map((frame) => `    ${frame}`)),
  ]);
  return `LEFT OPEN by ${file}: after its last test and its \`after\` hooks\n${lines.join("\n")}\n`;
}
