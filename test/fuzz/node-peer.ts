import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { NodeOutcome } from "./node-ends.js";

export interface NodeQuestion {
  readonly number: number;
  readonly role: "client" | "server";
  readonly requestCount: number;
  readonly bytes: Uint8Array;
}

interface NodeAnswer {
  readonly number: number;
  readonly outcome?: NodeOutcome;
  readonly error?: string;
}

const script = fileURLToPath(new URL("./node-child.js", import.meta.url));

let child: ChildProcess | undefined;
let count = 0;

/**
 * What `node:http2` makes of bytes, in a process of its own, which keeps no other from ending.
 *
 * @param requestCount requests that a client has made before
 * @returns undefined when the bytes made Node end with an assertion: then there is nothing to compare with
 */
export function askNode(
  role: "client" | "server",
  requestCount: number,
  chunks: readonly Uint8Array[],
): Promise<NodeOutcome | undefined> {
  const peer = child ?? startChild();
  child = peer;
  const question: NodeQuestion = { number: ++count, role, requestCount, bytes: new Uint8Array(Buffer.concat(chunks)) };
  hold(peer, true);
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      peer.off("message", onMessage);
      peer.off("exit", onExit);
      hold(peer, false);
    };
    const onMessage = ({ number, outcome, error }: NodeAnswer): void => {
      if (number !== question.number) return;
      settle();
      if (error === undefined) resolve(outcome);
      else reject(new Error(error));
    };
    const onExit = (): void => {
      settle();
      child = undefined;
      resolve(undefined);
    };
    peer.on("message", onMessage);
    peer.on("exit", onExit);
    peer.send(question);
  });
}

function startChild(): ChildProcess {
  return fork(script, { serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"] });
}

/** While an answer is awaited the child keeps this process, else it does not. */
function hold(peer: ChildProcess, held: boolean): void {
  if (held) {
    peer.ref();
    peer.channel?.ref();
  } else {
    peer.unref();
    peer.channel?.unref();
  }
}
