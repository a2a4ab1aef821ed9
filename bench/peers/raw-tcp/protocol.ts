/**
 * Bytes without any protocol, for what the machine can move at all. A request says in 9 bytes what shall happen on its
 * connection next: which mode, how long a message is and how many there are.
 */
export const headBytes = 9;

export const Mode = {
  /** The messages come back. */
  ECHO: 1,
  /** The server sends the messages. */
  SOURCE: 2,
  /** The server takes the messages, and answers one byte at the end. */
  SINK: 3,
} as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

export interface Head {
  readonly mode: Mode;
  readonly bytes: number;
  readonly count: number;
}

export function encodeHead({ mode, bytes, count }: Head): Buffer {
  const head = Buffer.alloc(headBytes);
  head[0] = mode;
  head.writeUInt32BE(bytes, 1);
  head.writeUInt32BE(count, 5);
  return head;
}

export function decodeHead(head: Buffer): Head {
  return { mode: head[0] as Mode, bytes: head.readUInt32BE(1), count: head.readUInt32BE(5) };
}
