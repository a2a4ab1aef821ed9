import { Channel } from "peregrine";
import { Echo } from "../../../test/gen/echo_pb.js";
import type { BenchClient, Endpoint } from "../../client/client.js";
import { readAll, requests } from "../../client/requests.js";
import { serveTasks } from "../../client/serve.js";
import { benchProbe } from "./probe.js";

const probe = await benchProbe();

function connect({ port, ca }: Endpoint): BenchClient {
  const channel = new Channel(`127.0.0.1:${port}`, {
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(probe === undefined ? {} : { probe }),
  });
  const echo = channel.client(Echo);
  return {
    unary: (payload, done) => void echo.unary({ payload }).then((response) => done(undefined, response.payload), done),
    serverStream: (payload, count, onMessage, done) => readAll(echo.serverStream({ payload, count }), onMessage, done),
    clientStream: (payload, count, done) =>
      void echo.clientStream(requests(payload, count)).then((summary) => done(undefined, summary.count), done),
    bidi: (payload, count, onMessage, done) => readAll(echo.bidi(requests(payload, count)), onMessage, done),
  };
}

serveTasks(connect);
