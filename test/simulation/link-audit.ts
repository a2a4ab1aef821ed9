import { FrameType, frameTypeName } from "../../src/http2/frame/frame-header.js";
import { clientPreface } from "../../src/http2/preface.js";
import { checkEngine, coreOf, type MemoryBounds } from "./engine-view.js";
import { FrameCutter, type WireFrame } from "./frame-cutter.js";
import type { Link } from "./simulated-network.js";
import type { SimulatedSocket, SocketWatch } from "./simulated-socket.js";
import { type BegunData, WireEnd } from "./wire-end.js";
import type { World } from "./world.js";

/** One direction: frames that were written and are on their way. */
class Direction {
  readonly cutter: FrameCutter;
  readonly frames: WireFrame[] = [];
  deliveredBytes: number;

  constructor(skippedBytes: number) {
    this.cutter = new FrameCutter(skippedBytes);
    this.deliveredBytes = -skippedBytes;
  }
}

/** What was delivered of a DATA frame that is not whole: the receiver may take it before the rest is there, or wait. */
function begunData({ frames, deliveredBytes }: Direction): BegunData | undefined {
  const [frame] = frames;
  if (frame === undefined || frame.type !== FrameType.DATA) return undefined;
  const byteCount = deliveredBytes - (frame.endsAt - frame.payload.length);
  return byteCount > 0 ? { streamId: frame.streamId, byteCount } : undefined;
}

/** Follows one connection: every frame on the wire, and what both ends think of it. */
export class LinkAudit {
  readonly link: Link;
  readonly client: WireEnd;
  readonly server: WireEnd;
  readonly #world: World;
  readonly #bounds: MemoryBounds;
  #gone = 0;
  #touched = false;

  /** @param onGone called when both ends are closed */
  constructor(world: World, link: Link, serverWindowBytes: number, bounds: MemoryBounds, onGone: () => void) {
    this.#world = world;
    this.#bounds = bounds;
    this.link = link;
    const violate = (text: string): void => world.violate("wire", text);
    this.client = new WireEnd(link.client.name, false, 65_535, bounds.messageBytesMax, violate);
    this.server = new WireEnd(link.server.name, true, serverWindowBytes, bounds.messageBytesMax, violate);
    const up = new Direction(clientPreface.length);
    const down = new Direction(0);
    const gone = (): void => {
      if (++this.#gone === 2) onGone();
    };
    link.client.watch = this.#watch(this.client, up, down, gone);
    link.server.watch = this.#watch(this.server, down, up, gone);
  }

  #watch(end: WireEnd, out: Direction, into: Direction, onGone: () => void): SocketWatch {
    return {
      onWrite: (bytes) => {
        this.#touched = true;
        end.beginWrite();
        for (const frame of out.cutter.push(bytes)) {
          this.#explain(end.name, frame);
          end.written(frame);
          out.frames.push(frame);
        }
        if (out.cutter.restBytes > 0) this.#world.violate("wire", `${end.name} wrote a part of a frame`);
      },
      onDeliver: (bytes) => {
        this.#touched = true;
        into.deliveredBytes += bytes.length;
        while ((into.frames[0]?.endsAt ?? Number.POSITIVE_INFINITY) <= into.deliveredBytes) {
          end.delivered(into.frames.shift() as WireFrame);
        }
        end.begun = begunData(into);
      },
      onGone,
    };
  }

  #explain(name: string, { type, flags, streamId, payload }: WireFrame): void {
    const { log } = this.#world;
    if (!log.isRead) return;
    const detail =
      type === FrameType.DATA || type === FrameType.HEADERS ? payload.length : payload.slice(0, 18).join(",");
    log.explain(name, `  ${frameTypeName(type)} stream=${streamId} flags=${flags} ${detail}`);
  }

  /** Looks into both ends, when something moved here. */
  check(): void {
    if (!this.#touched) return;
    this.#touched = false;
    this.#checkEnd(this.link.client, this.client);
    this.#checkEnd(this.link.server, this.server);
  }

  #checkEnd(socket: SimulatedSocket, end: WireEnd): void {
    const core = coreOf(socket);
    if (core === undefined || socket.destroyed) return;
    const problem = checkEngine(core, end, this.#bounds);
    if (problem !== undefined) this.#world.violate(problem[0], `${end.name} ${problem[1]}`);
  }

  /** What a connection that is over still holds. */
  leftovers(): string | undefined {
    for (const socket of [this.link.client, this.link.server]) {
      const core = coreOf(socket);
      if (core === undefined) continue;
      const { streams, sender, receiveWindow } = core;
      if (!core.closed) return `${socket.name}: the connection is open`;
      if (streams.size > 0) return `${socket.name}: ${streams.size} streams`;
      if (streams.lingering !== 0)
        return `${socket.name}: ${streams.lingering} places of streams whose handlers are done`;
      if (sender.queuedBytes !== 0) return `${socket.name}: ${sender.queuedBytes} bytes in queues`;
      if (receiveWindow.unused !== 0) return `${socket.name}: ${receiveWindow.unused} received bytes unused`;
    }
    return undefined;
  }
}
