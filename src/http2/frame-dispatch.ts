import type { Answers } from "./answers.js";
import type { ConnectionCore } from "./core.js";
import { FrameType } from "./frame/frame-header.js";
import { pushRefused } from "./frame/push-promise.js";
import { type ControlHandler, ControlReceiver } from "./receive-control.js";
import { DataReceiver } from "./receive-data.js";
import { type BlockHandler, HeaderReceiver } from "./receive-headers.js";
import { onPriority, onRstStream, onWindowUpdate } from "./receive-stream.js";

/** Hands each frame to who takes its type. */
export class FrameDispatch {
  /** The bytes of the frames at hand are written over afterwards. */
  lent: boolean = false;
  /** The peer knows our first SETTINGS. */
  firstAcked: boolean = false;
  private readonly core: ConnectionCore;
  private readonly blocks: BlockHandler;
  private readonly control: ControlReceiver;
  // Made when the first frame of their kind comes: an idle connection has neither.
  private headerReceiver: HeaderReceiver | undefined;
  private dataReceiver: DataReceiver | undefined;

  constructor(core: ConnectionCore, answers: Answers, handler: BlockHandler & ControlHandler) {
    this.core = core;
    this.blocks = handler;
    this.control = new ControlReceiver(core, answers, handler);
  }

  /** The stream whose header block is not complete; 0 for none. */
  get openStreamId(): number {
    return this.headerReceiver?.openStreamId ?? 0;
  }

  /** The last frame was a piece of a large message. */
  get bulk(): boolean {
    return this.dataReceiver?.bulk === true;
  }

  /** All frames of what was read are taken. */
  forget(): void {
    this.dataReceiver?.forget();
  }

  onFirstAck(): void {
    this.firstAcked = true;
    this.headerReceiver?.decoder.settingsAcknowledged();
  }

  private receiveHeaders(): HeaderReceiver {
    const receiver = new HeaderReceiver(this.core, this.blocks);
    if (this.firstAcked) receiver.decoder.settingsAcknowledged();
    return receiver;
  }

  dispatch(type: number, flags: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case FrameType.DATA:
        this.dataReceiver ??= new DataReceiver(this.core);
        this.dataReceiver.lent = this.lent;
        this.dataReceiver.onData(flags, id, bytes, start, end);
        break;
      case FrameType.HEADERS:
        this.headerReceiver ??= this.receiveHeaders();
        this.headerReceiver.onHeaders(flags, id, bytes, start, end);
        break;
      case FrameType.CONTINUATION:
        this.headerReceiver ??= this.receiveHeaders();
        this.headerReceiver.onContinuation(flags, id, bytes, start, end);
        break;
      case FrameType.WINDOW_UPDATE:
        onWindowUpdate(this.core, id, bytes, start, end);
        break;
      case FrameType.RST_STREAM:
        onRstStream(this.core, id, bytes, start, end);
        break;
      case FrameType.SETTINGS:
        this.control.onSettings(flags, id, bytes, start, end);
        break;
      case FrameType.PING:
        this.control.onPing(flags, id, bytes, start, end);
        break;
      case FrameType.GOAWAY:
        this.control.onGoaway(id, bytes, start, end);
        break;
      case FrameType.PRIORITY:
        onPriority(this.core, id, bytes, start, end);
        break;
      case FrameType.PUSH_PROMISE:
        this.core.connectionError(pushRefused.code, pushRefused.message);
        break;
      default:
        // Unknown types are extensions, which are ignored (RFC 9113 section 4.1).
        this.core.budget.countUseless();
        break;
    }
  }
}
