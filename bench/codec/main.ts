import { fromBinary, toBinary } from "@bufbuild/protobuf";
import protobufjs from "protobufjs";
import { compiledCodecs } from "../../src/codec/compiled-codec.js";
import { makeShapes, protoText, type Shape } from "./shapes.js";

type Action = () => unknown;

/** One codec's ways to encode and decode one message. */
interface Contender {
  readonly name: string;
  readonly encode: Action;
  readonly decode: Action;
}

const rounds = 7;
const roundMs = 60;

/** Kept, so that no engine leaves out the work. */
let sink: unknown;

function nanosecondsOf(action: Action, batch: number): number {
  const start = process.hrtime.bigint();
  let count = 0;
  let elapsed = 0;
  do {
    for (let i = 0; i < batch; i++) sink = action();
    count += batch;
    elapsed = Number(process.hrtime.bigint() - start);
  } while (elapsed < roundMs * 1e6);
  return elapsed / count;
}

/** The best round of each: contenders take turns, so that a busy moment of the machine hits all. */
function measure(actions: readonly Action[]): number[] {
  const best = actions.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [i, action] of actions.entries()) {
      best[i] = Math.min(best[i] as number, nanosecondsOf(action, 20));
    }
  }
  return best;
}

function contenders(shape: Shape, root: protobufjs.Root): Contender[] {
  const { schema, message } = shape;
  const bytes = toBinary(schema, message);
  const peer = root.lookupType(schema.typeName);
  const peerMessage = peer.create(shape.init);
  const ours = compiledCodecs()(schema);
  const interpreted = compiledCodecs({ delivery: "interpreted" })(schema);
  const own = (name: string, codec: typeof ours): Contender => ({
    name,
    encode: () => codec.encode(message, 0),
    decode: () => codec.decode(bytes),
  });
  return [
    own("peregrine", ours),
    {
      name: "protobuf-es",
      encode: () => toBinary(schema, message),
      decode: () => fromBinary(schema, bytes),
    },
    {
      name: "protobufjs",
      encode: () => peer.encode(peerMessage).finish(),
      decode: () => peer.decode(bytes),
    },
    own("interpreted", interpreted),
  ];
}

function row(shape: Shape, what: string, names: readonly string[], ns: readonly number[]): string {
  const ours = ns[0] as number;
  const cells = ns.map((value, i) => {
    const ratio = i === 0 ? "" : ` (${(value / ours).toFixed(1)}x)`;
    return `${names[i]} ${value.toFixed(0)}${ratio}`.padEnd(27);
  });
  return `${shape.name.padEnd(12)} ${what}  ${cells.join("")}`;
}

function main(): void {
  const { root } = protobufjs.parse(protoText);
  console.log(
    `ns per message, best of ${rounds} rounds, Node ${process.versions.node}; (n x): peregrine is n times as fast`,
  );
  for (const shape of makeShapes()) {
    const all = contenders(shape, root);
    const names = all.map((contender) => contender.name);
    console.log(row(shape, "encode", names, measure(all.map((contender) => contender.encode))));
    console.log(row(shape, "decode", names, measure(all.map((contender) => contender.decode))));
  }
}

main();
if (sink === undefined) process.exitCode = 1;
