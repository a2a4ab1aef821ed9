import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { answerLines, say } from "./lines.js";

/** Key and certificate, PEM, when the server has to speak TLS. */
export function serverTls(): { readonly key: Buffer; readonly cert: Buffer } | undefined {
  const { BENCH_TLS_KEY: key, BENCH_TLS_CERT: cert } = process.env;
  if (key === undefined || cert === undefined) return undefined;
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** Tells the port of a server in Node, and from then on gives memory back when it is asked to `{"settle":true}`. */
export function announce(port: number): void {
  answerLines(async () => {
    // Only here, so that no flag is on while something is timed.
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    for (let round = 0; round < 4; round++) {
      collect();
      await sleep(50);
    }
    return { settled: true };
  });
  say({ port });
}
