import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type ChannelTraceEventSchema,
  type ChannelTraceSchema,
  ChannelTraceEvent_Severity as Severity,
} from "./grpc/channelz/v1/channelz_pb.js";
import { traceEventsMax } from "./limits.js";

type ChildRef = NonNullable<MessageInitShape<typeof ChannelTraceEventSchema>["childRef"]>;

interface TraceEvent {
  readonly description: string;
  readonly severity: Severity;
  readonly atMs: number;
  readonly childRef: ChildRef | undefined;
}

/** What happened to a channel, a subchannel or a server of late; the oldest is dropped. */
export class Trace {
  readonly #createdMs: number = Date.now();
  readonly #events: TraceEvent[] = [];
  #count = 0;

  add(description: string, severity: Severity = Severity.CT_INFO, childRef?: ChildRef): void {
    this.#count++;
    if (this.#events.length === traceEventsMax) this.#events.shift();
    this.#events.push({ description, severity, atMs: Date.now(), childRef });
  }

  toMessage(): MessageInitShape<typeof ChannelTraceSchema> {
    return {
      numEventsLogged: BigInt(this.#count),
      creationTimestamp: timestampFromMs(this.#createdMs),
      events: this.#events.map(({ description, severity, atMs, childRef }) => ({
        description,
        severity,
        timestamp: timestampFromMs(atMs),
        ...(childRef === undefined ? {} : { childRef }),
      })),
    };
  }
}
