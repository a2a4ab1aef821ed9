import type { Metadata } from "../base/metadata.js";
import type { HeaderList } from "../base/transport.js";
import { pushMetadata } from "./headers.js";

/** What is the same for all requests of one method on one channel. */
export interface RequestHeadersInit {
  readonly scheme: "http" | "https";
  readonly authority: string;
  readonly path: string;
  readonly userAgent: string;
  /** Encodings that responses may have, joined with commas. */
  readonly acceptEncoding: string;
}

/** What a path and an authority may consist of: no blanks, no controls, nothing but ASCII. */
const visible = /^[\x21-\x7e]*$/;
const printable = /^[\x20-\x7e]*$/;

function checkValue(name: string, value: string, allowed: RegExp): void {
  if (allowed.test(value)) return;
  const shown = JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}...` : value);
  throw new TypeError(`the header ${name} cannot be ${shown}: it takes ASCII characters without controls only`);
}

/**
 * Makes the request headers of one method (`doc/PROTOCOL-HTTP2.md`, Requests). Those that come again and again are the
 * same frozen array, which the header encoder recognises.
 */
export class RequestHeaders {
  private readonly init: RequestHeadersInit;
  /** By encoding; these are the channel's own names, so that the cache is small. */
  private readonly plain: Map<string, HeaderList> = new Map();
  private readonly identity: HeaderList;
  /** The list with the timeout that was asked for last: most calls of a method have the same. */
  private timedBase: HeaderList | undefined;
  private timedText = "";
  private timed: HeaderList | undefined;

  /** @throws {TypeError} when a value holds what a header cannot: names of descriptors come from whoever wrote them */
  constructor(init: RequestHeadersInit) {
    checkValue(":path", init.path, visible);
    checkValue(":authority", init.authority, visible);
    checkValue("user-agent", init.userAgent, printable);
    this.init = init;
    this.identity = Object.freeze(this.make(""));
  }

  /**
   * @param encoding the `grpc-encoding`, or empty for none
   * @param timeout the `grpc-timeout`, or empty for none
   */
  list(encoding: string, timeout: string, metadata: Metadata | undefined): HeaderList {
    let list = encoding === "" ? this.identity : this.encoded(encoding);
    if (timeout !== "") list = this.withTimeout(list, timeout);
    if (metadata === undefined || metadata.size === 0) return list;
    const own = list.slice();
    pushMetadata(own, metadata);
    return own;
  }

  private withTimeout(base: HeaderList, timeout: string): HeaderList {
    if (this.timed !== undefined && this.timedBase === base && this.timedText === timeout) return this.timed;
    this.timed = Object.freeze([...base, "grpc-timeout", timeout]);
    this.timedBase = base;
    this.timedText = timeout;
    return this.timed;
  }

  private encoded(encoding: string): HeaderList {
    let list = this.plain.get(encoding);
    if (list === undefined) {
      list = Object.freeze(this.make(encoding));
      this.plain.set(encoding, list);
    }
    return list;
  }

  private make(encoding: string): string[] {
    const { scheme, authority, path, userAgent, acceptEncoding } = this.init;
    const list = [":method", "POST", ":scheme", scheme, ":path", path, ":authority", authority];
    list.push("te", "trailers", "content-type", "application/grpc", "user-agent", userAgent);
    if (encoding !== "") list.push("grpc-encoding", encoding);
    if (acceptEncoding !== "") list.push("grpc-accept-encoding", acceptEncoding);
    return list;
  }
}
