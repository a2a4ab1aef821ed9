import type { HeaderList } from "../../../../src/base/transport.js";
import { END_STREAM, headers } from "../../../../src/http2/frames.testing.js";
import type { Case } from "../case.testing.js";

/** What a server does to our client, whose request `GET /` is open on stream 1, its own side being ended. */
export interface ClientCase extends Case {
  /** The script begins with the server's first frame: no SETTINGS of it, and no request of ours yet. */
  readonly beforeSettings?: true;
  /** What the request heard last; not given where it is still open. */
  readonly hears?: string;
}

export const ok: HeaderList = [":status", "200", "access-control-allow-origin", "*"];

/** The head of the response, whose body follows. */
export const head: Uint8Array = headers(1, ok);
/** A whole response. */
export const whole: Uint8Array = headers(1, ok, END_STREAM);
