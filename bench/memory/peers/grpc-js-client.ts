import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import { type EchoClient, type EchoRequest, type EchoResponse, loadEcho } from "../../peers/grpc-js/echo.js";
import { serve } from "../child.js";

type Call = ClientDuplexStream<EchoRequest, EchoResponse>;

let echo: EchoClient | undefined;
const calls: Call[] = [];

serve({
  /** Opens bidirectional calls that got one answer each. */
  open: async (port, count) => {
    const Echo = loadEcho();
    echo ??= new Echo(`127.0.0.1:${port}`, credentials.createInsecure());
    const answered: Promise<void>[] = [];
    for (let i = 0; i < (count ?? 0); i++) {
      const call = echo.bidi();
      calls.push(call);
      answered.push(
        new Promise((resolve, reject) => {
          call.on("data", () => resolve());
          call.on("error", reject);
        }),
      );
      call.write({ payload: new Uint8Array(9) });
    }
    await Promise.all(answered);
  },
  finish: async () => {
    const ended = calls.splice(0).map(
      (call) =>
        new Promise<void>((resolve) => {
          call.on("end", () => resolve());
          call.end();
        }),
    );
    await Promise.all(ended);
    return ended.length;
  },
});
