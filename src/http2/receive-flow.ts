import type { ConnectionReceiveWindow } from "./flow-control.js";
import { SettingId } from "./frame/settings.js";
import type { PreparedOptions } from "./options.js";
import type { Http2Stream } from "./stream.js";
import { canReceive } from "./stream-state.js";
import type { Holder } from "./totals.js";

/** The connection, as far as its windows are concerned. */
export interface FlowOwner {
  readonly options: PreparedOptions;
  readonly server: boolean;
  readonly receiveWindow: ConnectionReceiveWindow;
  readonly streams: { readonly size: number; all(): Http2Stream[] };
  streamWindowBytes: number;
  sendSettings(pairs: readonly number[]): void;
  wake(): void;
  updateWindow(streamId: number, byteCount: number): void;
  /** A message has begun, and somebody waits for the rest of it. */
  watchReceiving(): void;
  /** Ends a stream that costs more than it may. */
  giveUp(stream: Http2Stream, message: string): void;
}

/**
 * What a connection holds of received messages, and the windows that follow from it. A message larger than its stream's window
 * is let in as a whole once somebody waits for it, where it fits into what the connection may hold; others wait for their turn,
 * and the peer with them. Made when the first DATA comes.
 */
export class ReceiveFlow implements Holder {
  private readonly core: FlowOwner;
  /** Streams that wait to be let in, the first first. */
  private waiting: Http2Stream[] | undefined;
  /** Streams whose message was let in beyond their window. */
  private letIn: number = 0;

  constructor(core: FlowOwner) {
    this.core = core;
    core.options.totals.add(this);
  }

  get heldBytes(): number {
    return this.core.receiveWindow.unused;
  }

  /** Bytes go up to a stream's handler. */
  hold(stream: Http2Stream, byteCount: number): void {
    const { core } = this;
    const { receiveWindow } = core;
    stream.unused += byteCount;
    receiveWindow.unused += byteCount;
    core.options.totals.heldBytes += byteCount;
    if (stream.expected > 0) {
      const came = Math.min(stream.expected, byteCount);
      stream.expected -= came;
      if (stream.isLetIn) receiveWindow.expected -= came;
    }
    this.update();
  }

  /** Bytes were used, or will be by nobody. */
  use(stream: Http2Stream, byteCount: number): void {
    const { core } = this;
    stream.unused -= byteCount;
    core.receiveWindow.unused -= byteCount;
    core.options.totals.heldBytes -= byteCount;
    this.endWait(stream);
    stream.checkedBytes = -1;
    this.letWaitingIn();
    this.update();
    if (canReceive(stream.state)) core.updateWindow(stream.id, stream.giveBack(byteCount, core.streamWindowBytes));
  }

  /** The stream is over. */
  drop(stream: Http2Stream): void {
    if (stream.unused > 0) this.use(stream, stream.unused);
    else if (stream.expected > 0) {
      this.endWait(stream);
      this.letWaitingIn();
      this.update();
    }
  }

  /** So many more bytes of a message that has begun are waited for. */
  expect(stream: Http2Stream, byteCount: number): void {
    if (!canReceive(stream.state)) return;
    const { expected, isLetIn } = stream;
    // Of a message larger than the largest window the next part is let in as the one before comes.
    if (byteCount === expected && (!isLetIn || byteCount <= stream.receivable)) return;
    if (expected > 0 && !isLetIn && byteCount > 0) {
      stream.expected = byteCount;
      return;
    }
    this.endWait(stream);
    if (!(byteCount > 0)) return;
    if (expected === 0) stream.checkedBytes = -1;
    stream.expected = byteCount;
    if (byteCount <= stream.receivable || this.hasRoom(byteCount)) this.admit(stream);
    else {
      this.waiting ??= [];
      this.waiting.push(stream);
    }
    this.update();
  }

  /** Makes the receive windows of all streams and of the connection larger. */
  grow(byteCount: number): void {
    const { core } = this;
    const more = byteCount - core.streamWindowBytes;
    if (more <= 0) return;
    core.streamWindowBytes = byteCount;
    for (const stream of core.streams.all()) stream.grant(more);
    core.sendSettings([SettingId.INITIAL_WINDOW_SIZE, byteCount]);
    core.updateWindow(0, core.receiveWindow.growTo(byteCount));
    core.wake();
  }

  /** Ends the newest streams whose bytes nobody has taken; those whose messages were let in last of all. */
  shed(heldBytes: number, limit: string): void {
    const { core } = this;
    const { receiveWindow } = core;
    const streams = core.streams
      .all()
      .filter(({ unused }) => unused > 0)
      .sort((a, b) => b.id - a.id);
    for (const withLetIn of [false, true]) {
      for (const stream of streams) {
        if (receiveWindow.unused <= heldBytes) return;
        if (stream.unused > 0 && stream.reachesAhead === withLetIn) core.giveUp(stream, tooMuchHeld(limit, core));
      }
    }
  }

  /** At least one message comes in whatever the others hold, or none would ever be whole. */
  private hasRoom(byteCount: number): boolean {
    const { receiveWindow, options, streams, streamWindowBytes } = this.core;
    const { unused, expected } = receiveWindow;
    const { maxHeldMessageBytes } = options.limits;
    // What the others may send without being asked.
    const windows = Math.min(maxHeldMessageBytes / 2, streams.size * streamWindowBytes);
    return this.letIn === 0 || unused + expected + byteCount + windows <= maxHeldMessageBytes;
  }

  private admit(stream: Http2Stream): void {
    const { core } = this;
    const { receiveWindow, options } = core;
    const { streamWindowBytes } = core;
    const { expected } = stream;
    stream.isLetIn = true;
    receiveWindow.expected += expected;
    core.watchReceiving();
    if (expected > stream.receivable) {
      stream.reachesAhead = true;
      this.letIn++;
    }
    const isFixed = options.windowBytesMax <= options.streamWindowBytes;
    const most = isFixed ? options.streamWindowBytes : options.windowBytesMax;
    if (!isFixed) core.updateWindow(0, receiveWindow.growTo(Math.min(expected, most)));
    // With half a window behind it: the next message need not wait until this one was used.
    if ((stream.receivable - expected) * 2 >= streamWindowBytes || stream.receivable * 2 > most) return;
    const isPressed = receiveWindow.unused * 2 > receiveWindow.bufferBytesMax;
    core.updateWindow(stream.id, stream.grantAhead(Math.min(expected + (isPressed ? 0 : streamWindowBytes), most)));
  }

  private letWaitingIn(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    while (waiting.length > 0) {
      const stream = waiting[0] as Http2Stream;
      if (!this.hasRoom(stream.expected)) return;
      waiting.shift();
      this.admit(stream);
    }
    this.waiting = undefined;
  }

  private endWait(stream: Http2Stream): void {
    if (stream.expected <= 0 && !stream.isLetIn) return;
    if (stream.isLetIn) this.core.receiveWindow.expected -= stream.expected;
    else this.waiting = this.waiting?.filter((other) => other !== stream);
    if (stream.reachesAhead) this.letIn--;
    stream.expected = 0;
    stream.isLetIn = false;
    stream.reachesAhead = false;
  }

  private update(): void {
    const { core } = this;
    const { receiveWindow, options } = core;
    core.updateWindow(0, receiveWindow.update(options.totals.receiveBuffer(receiveWindow.bufferBytesMax)));
  }
}

function tooMuchHeld(limit: string, { server, options }: FlowOwner): string {
  const bytes = options.limits[limit as "maxHeldMessageBytes"];
  const owner =
    limit === "maxHeldMessageBytes" ? "the connection" : `all connections of the ${server ? "server" : "channel"}`;
  return `messages that are not whole, or that nobody has taken, fill what ${owner} may hold (limits.${limit} = ${bytes})`;
}
