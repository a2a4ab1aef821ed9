import type { HeaderList } from "../../src/base/transport.js";
import { request } from "../../src/http2/frames.testing.js";
import { ClientScript, Recorder, ServerScript } from "../../src/http2/script.testing.js";
import { FrameCutter } from "../simulation/frame-cutter.js";
import { must } from "./finding.js";
import type { NodeOutcome } from "./node-ends.js";

/** Gives bytes to our HTTP/2 server; its handler answers as the one of `askNodeServer`. */
export function askOurServer(chunks: readonly Uint8Array[]): NodeOutcome {
  const lists: HeaderList[] = [];
  // nghttp2 leaves fields out whose values have blanks around them; to drop the blanks, as we do by default, would be a difference.
  const options = { windowBytesMax: 0, pingPolicy: { minIntervalMs: 0 }, rejectOuterBlanks: true };
  const script = new ServerScript(options, ({ stream, headers, endStream, recorder }) => {
    lists.push(headers);
    let answered = false;
    const answer = (): void => {
      if (answered) return;
      answered = true;
      stream.sendHeaders([":status", "200"], false);
      stream.sendData(Buffer.from("hello"), true);
      stream.release();
    };
    recorder.react = (event) => {
      if (event.endsWith(" end")) answer();
      else if (event.startsWith("reset")) stream.release();
    };
    if (endStream) answer();
  });
  script.connection.start();
  const frames = feed(script, chunks, 0);
  checkOwn(script.errors);
  return { frames, closed: script.connection.closed, lists, requests: [] };
}

/** Gives bytes to our HTTP/2 client, which has made so many requests. */
export function askOurClient(requestCount: number, chunks: readonly Uint8Array[]): NodeOutcome {
  const script = new ClientScript({ windowBytesMax: 0 });
  script.connection.start();
  const recorders = Array.from({ length: requestCount }, () => {
    const recorder = new Recorder();
    recorder.stream = script.connection.openStream(request, true, recorder);
    return recorder;
  });
  const frames = feed(script, chunks, 24);
  checkOwn(script.errors);
  const requests = recorders.map(({ log, failures }) => {
    if (failures.length > 0) return "error";
    return log.some((event) => event.endsWith(" end")) ? "answered" : "silent";
  });
  return { frames, closed: script.connection.closed, lists: [], requests };
}

function checkOwn(errors: readonly unknown[]): void {
  must(errors.length === 0, "fault", () => String((errors[0] as Error).stack));
}

function feed(
  script: ClientScript | ServerScript,
  chunks: readonly Uint8Array[],
  skippedBytes: number,
): NodeOutcome["frames"] {
  const written: Uint8Array[] = [];
  for (const chunk of [new Uint8Array(0), ...chunks]) {
    script.connection.receive(chunk);
    // Twice: what was told that it may write again writes in the second.
    for (let i = 0; i < 2; i++) {
      script.woken = false;
      const output = script.connection.takeOutput();
      if (output !== undefined) written.push(output.slice());
    }
  }
  const all = new FrameCutter(skippedBytes).push(Buffer.concat(written));
  return all.map(({ type, flags, streamId, payload }) => ({ type, flags, id: streamId, payload }));
}
