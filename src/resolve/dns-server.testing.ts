import { createSocket, type Socket } from "node:dgram";
import { Resolver } from "node:dns";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** Response codes (RFC 1035 section 4.1.1). */
export const Rcode = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 } as const;

/** A record: an IPv4 or IPv6 address, or another name. */
export interface DnsRecord {
  readonly type: "A" | "AAAA" | "CNAME";
  readonly ttl: number;
  readonly data: string;
  /** Whose it is. Default: the name that was asked for. */
  readonly name?: string;
}

/** What a name has: records, a failure, or no answer at all. */
export type DnsAnswer = readonly DnsRecord[] | { readonly rcode: number } | "silent";

const types = { A: 1, CNAME: 5, AAAA: 28 } as const;
const headerBytes = 12;

/** A DNS server on UDP of the loopback, whose names change as the test says (RFC 1035). */
export class DnsServer {
  /** By `A example.com`, `AAAA example.com`; what is not there does not exist. */
  readonly answers: Map<string, DnsAnswer> = new Map();
  /** What was asked, in order. */
  readonly questions: string[] = [];
  readonly #socket: Socket;
  readonly #port: number;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#port = (socket.address() as AddressInfo).port;
    socket.on("message", (bytes, { port }) => this.#onQuestion(bytes, port));
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new DnsServer(socket);
  }

  /** A resolver that asks this server alone. */
  resolver(): Resolver {
    const resolver = new Resolver({ timeout: 5_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${this.#port}`]);
    return resolver;
  }

  /** So many questions have come. */
  async asked(count: number): Promise<void> {
    while (this.questions.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#socket.close();
  }

  #onQuestion(bytes: Buffer, port: number): void {
    const { name, end } = readName(bytes);
    const number = bytes.readUInt16BE(end);
    const type = Object.entries(types).find(([, value]) => value === number)?.[0] ?? `${number}`;
    const key = `${type} ${name}`;
    this.questions.push(key);
    this.#wake();
    const answer = this.answers.get(key) ?? { rcode: Rcode.NXDOMAIN };
    if (answer !== "silent") this.#socket.send(respond(bytes.subarray(0, end + 4), name, answer), port, "127.0.0.1");
  }
}

function respond(question: Buffer, name: string, answer: Exclude<DnsAnswer, "silent">): Buffer {
  const records = "rcode" in answer ? [] : answer;
  const head = Buffer.from(question);
  // An answer, recursion desired and available.
  head.writeUInt16BE(0x8180 | ("rcode" in answer ? answer.rcode : Rcode.NOERROR), 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...records.map((record) => recordBytes(record, name))]);
}

function recordBytes({ type, ttl, data, name: owner }: DnsRecord, name: string): Buffer {
  const value = type === "CNAME" ? nameBytes(data) : addressBytes(type, data);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(types[type], 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(ttl, 4);
  head.writeUInt16BE(value.length, 8);
  return Buffer.concat([nameBytes(owner ?? name), head, value]);
}

function addressBytes(type: "A" | "AAAA", text: string): Buffer {
  if (type === "A") return Buffer.from(text.split(".").map(Number));
  const [left = "", right = ""] = text.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const zeros = 8 - groups(left).length - groups(right).length;
  const all = [...groups(left), ...Array.from({ length: zeros }, () => "0"), ...groups(right)];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function nameBytes(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

/** The name that is asked for, in lower case, and where it ends. */
function readName(bytes: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = bytes[at] as number; length > 0; length = bytes[at] as number) {
    labels.push(bytes.toString("latin1", at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}
