import type { PeerCertificate } from "node:tls";

/** A session, and whom it is with: Node does not tell that again when it is resumed. */
export interface TlsSession {
  readonly ticket: Buffer;
  /** The server's certificate as DER bytes, where it was verified. */
  readonly certificate: Uint8Array | undefined;
  /** As the user's own check of the server was shown it; undefined where there is no such check. */
  readonly shown: PeerCertificate | undefined;
}

/** Sessions that one channel keeps. Each has 1 to 4 KB, with the server's certificate in it. */
const sessionsMax = 100;

/**
 * TLS sessions of one channel, so that its next connection to the same address begins with a shorter handshake (RFC 8446 section
 * 2.2, RFC 5077). They belong to the TLS options that they were made with, and are never used with others. The one that was
 * used longest ago makes room.
 */
export class TlsSessions {
  readonly #sessions: Map<string, TlsSession> = new Map();

  get size(): number {
    return this.#sessions.size;
  }

  /** @param key address and server name */
  get(key: string): TlsSession | undefined {
    const session = this.#sessions.get(key);
    if (session !== undefined) this.set(key, session);
    return session;
  }

  set(key: string, session: TlsSession): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > sessionsMax && oldest !== undefined) this.#sessions.delete(oldest);
  }

  delete(key: string): void {
    this.#sessions.delete(key);
  }
}
