/** What the load program is asked to do, on the connections that it has. */
export type Order =
  /** Opens more connections, until there are so many. */
  | {
      readonly do: "connect";
      readonly port: number;
      readonly connections: number;
      /** What the server may send on each stream. */
      readonly windowBytes: number;
      /** Sockets without HTTP/2, for the bare server. */
      readonly bare: boolean;
    }
  /** Begins calls and leaves them: open requests, or whole ones whose answers find no window. */
  | {
      readonly do: "begin";
      readonly method: string;
      readonly perConnection: number;
      readonly payloadBytes: number;
      readonly whole: boolean;
    }
  /** Keeps unary calls in flight, on one connection after the other; to the bare server, messages that come back. */
  | { readonly do: "call"; readonly inFlight: number; readonly durationMs: number; readonly payloadBytes: number };
