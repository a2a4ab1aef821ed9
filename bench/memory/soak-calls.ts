import { Channel, type Client, RpcError, Status } from "peregrine";
import { Echo } from "../../test/gen/echo_pb.js";

export type EchoClient = Client<typeof Echo>;

/** One call of a kind, to its end. Throws when it does not end as it must. */
type Call = (echo: EchoClient) => Promise<void>;

const payload = new Uint8Array(100);
const largePayload = new Uint8Array(40_000);

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`soak: ${what}`);
}

async function fails(call: Promise<unknown>, code: Status): Promise<void> {
  try {
    await call;
  } catch (error) {
    expect(error instanceof RpcError && error.code === code, `status ${code} was due: ${error}`);
    return;
  }
  expect(false, `status ${code} was due`);
}

const unary: Call = async (echo) => {
  const response = await echo.unary({ payload });
  expect(response.payload.length === payload.length, "a payload of another length");
};

const withDeadline: Call = async (echo) => {
  await echo.unary({ text: "in time" }, { timeoutMs: 60_000 });
};

const compressed: Call = async (echo) => {
  const response = await echo.unary({ payload: largePayload }, { compress: "gzip" });
  expect(response.payload.length === largePayload.length, "a payload of another length");
};

const withMetadata: Call = async (echo) => {
  const headers: unknown[] = [];
  const metadata = { "x-request": String(Math.random()) };
  await echo.unary({ text: "x", echoHeaders: ["x-request"] }, { metadata, onHeaders: (list) => headers.push(list) });
  expect(headers.length === 1, "headers that did not come");
};

const serverStream: Call = async (echo) => {
  let count = 0;
  for await (const _ of echo.serverStream({ payload, count: 20 })) count++;
  expect(count === 20, `${count} responses of 20`);
};

const leftEarly: Call = async (echo) => {
  for await (const { index } of echo.serverStream({ payload, count: 1_000 })) if (index === 3) break;
};

async function* requests(count: number): AsyncGenerator<{ payload: Uint8Array }, void> {
  for (let i = 0; i < count; i++) yield { payload };
}

const clientStream: Call = async (echo) => {
  const { count } = await echo.clientStream(requests(10));
  expect(count === 10, `${count} requests of 10`);
};

const bidi: Call = async (echo) => {
  let count = 0;
  for await (const _ of echo.bidi(requests(5))) count++;
  expect(count === 5, `${count} responses of 5`);
};

const failing: Call = (echo) => fails(echo.unary({ failCode: Status.NOT_FOUND, failMessage: "no" }), Status.NOT_FOUND);

const cancelled: Call = async (echo) => {
  const controller = new AbortController();
  const call = echo.unary({ sleepMs: 10_000 }, { signal: controller.signal });
  setImmediate(() => controller.abort());
  await fails(call, Status.CANCELLED);
};

const late: Call = (echo) => fails(echo.unary({ sleepMs: 10_000 }, { timeoutMs: 2 }), Status.DEADLINE_EXCEEDED);

/** A connection of its own, for one call that ends well, and cut in the middle of another. */
export async function comeAndGo(target: string): Promise<void> {
  const channel = new Channel(target);
  const echo = channel.client(Echo);
  await unary(echo);
  const cut = echo.unary({ sleepMs: 10_000 }).then(
    () => false,
    (error: unknown) => error instanceof RpcError,
  );
  // It is on its way now.
  await new Promise((resolve) => setImmediate(resolve));
  await channel.close({ graceMs: 0 });
  expect(await cut, "a call on a channel that was closed is to fail");
}

/** What a day brings: mostly unary calls that end well, and a little of all else. */
const mix: readonly (readonly [call: Call, share: number])[] = [
  [unary, 70],
  [withDeadline, 10],
  [compressed, 1],
  [withMetadata, 3],
  [serverStream, 3],
  [leftEarly, 2],
  [clientStream, 3],
  [bidi, 3],
  [failing, 3],
  [cancelled, 1],
  [late, 1],
];

const hundred: readonly Call[] = mix.flatMap(([call, share]) => new Array<Call>(share).fill(call));

/** The call number `index`; a hundred of them are the whole mix, spread evenly. */
export function callAt(index: number): Call {
  return hundred[(index * 37) % hundred.length] as Call;
}
