import { fromBinary, toBinary } from "@bufbuild/protobuf";
import protobufjs from "protobufjs";
import { compiledCodecs } from "../../src/codec/compiled-codec.js";
import { type Action, bestOf, hasMeasured } from "./measure.js";
import { realRows } from "./real.js";
import { makeShapes, protoText, type Shape } from "./shapes.js";

/** One codec's ways to encode and decode one message. */
interface Contender {
  readonly name: string;
  readonly encode: Action;
  readonly decode: Action;
}

const rounds = 60;

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

/** `--shapes` and `--real` choose one of both; `--real NAME` only types whose name has the word, `--rounds N` other rounds. */
async function main(args: readonly string[]): Promise<void> {
  const at = (flag: string): string | undefined => {
    const value = args[args.indexOf(flag) + 1];
    return args.includes(flag) && value !== undefined && !value.startsWith("--") ? value : undefined;
  };
  const count = Number(at("--rounds") ?? rounds);
  console.log(
    `ns per message, best of ${count} rounds, Node ${process.versions.node}; (n x): peregrine is n times as fast`,
  );
  if (!args.includes("--real")) shapeRows(count);
  if (!args.includes("--shapes")) await realRows(count, at("--real"));
}

function shapeRows(count: number): void {
  const { root } = protobufjs.parse(protoText);
  for (const shape of makeShapes()) {
    const all = contenders(shape, root);
    const names = all.map((contender) => contender.name);
    console.log(
      row(
        shape,
        "encode",
        names,
        bestOf(
          all.map((contender) => contender.encode),
          count,
        ),
      ),
    );
    console.log(
      row(
        shape,
        "decode",
        names,
        bestOf(
          all.map((contender) => contender.decode),
          count,
        ),
      ),
    );
  }
}

await main(process.argv.slice(2));
if (!hasMeasured()) process.exitCode = 1;
