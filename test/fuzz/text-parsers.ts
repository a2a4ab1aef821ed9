import { base64ToBytes, bytesToBase64 } from "../../src/base/base64.js";
import { Metadata } from "../../src/base/metadata.js";
import { decodeGrpcMessage, encodeGrpcMessage } from "../../src/call/grpc-message.js";
import { decodeStatusDetails } from "../../src/call/status-details.js";
import { formatTimeout, parseTimeout } from "../../src/call/timeout.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { must } from "./finding.js";
import { randomBytes } from "./mutate-frames.js";
import { type FuzzTarget, target } from "./target.js";

type TextStep =
  | { readonly parser: "timeout" | "message" | "base64" | "details"; readonly text: string }
  | { readonly parser: "metadata"; readonly key: string; readonly value: string | Uint8Array };

const rule = "text";
const unitNs: { readonly [unit: string]: bigint } = {
  H: 3_600_000_000_000n,
  M: 60_000_000_000n,
  S: 1_000_000_000n,
  m: 1_000_000n,
  u: 1_000n,
  n: 1n,
};

/** The small texts of gRPC, which come from peers: none may throw, and all must mean what the specification says. */
export const textParsers: FuzzTarget = target<TextStep>({
  name: "text",
  about: "grpc-timeout, grpc-message, metadata, base64",
  share: 0.5,

  make(random: SeededRandom): readonly TextStep[] {
    return Array.from({ length: random.int(1, 30) }, (): TextStep => {
      const parser = random.pick(["timeout", "message", "base64", "details", "metadata"] as const);
      if (parser !== "metadata") return { parser, text: textFor(parser, random) };
      const key = random.pick(["x-a", "x-bin", "X-A", "grpc-x", "te", "", "a b", "é"]);
      return { parser, key, value: random.chance(0.4) ? randomBytes(random, random.int(0, 9)) : anyText(random) };
    });
  },

  run(steps: readonly TextStep[]): void {
    for (const step of steps) {
      if (step.parser === "metadata") checkMetadata(step.key, step.value);
      else if (step.parser === "timeout") checkTimeout(step.text);
      else if (step.parser === "message") checkMessage(step.text);
      else if (step.parser === "base64") checkBase64(step.text);
      else decodeStatusDetails(step.text);
    }
  },
});

function textFor(parser: string, random: SeededRandom): string {
  if (random.chance(0.2)) return anyText(random);
  const alphabet = {
    timeout: "0123456789HMSmun ",
    message: "%%%0aAfF9e2€ é\0",
    base64: "AZaz09+/==,-_",
    details: "CAIaAAoSb64=",
  }[parser];
  let text = "";
  for (let i = random.int(0, 12); i > 0; i--) text += random.pick([...(alphabet ?? "")]);
  if (parser !== "timeout" || random.chance(0.3)) return text;
  return `${random.int(0, random.pick([9, 99_999_999, 1_000_000_000]))}${random.pick([..."HMSmunx"])}`;
}

function anyText(random: SeededRandom): string {
  let text = "";
  for (let i = random.int(0, 12); i > 0; i--)
    text += String.fromCharCode(random.chance(0.7) ? random.int(0, 255) : random.int(0, 0xffff));
  return text;
}

function checkTimeout(text: string): void {
  const digits = text.slice(0, -1);
  const unit = unitNs[text.slice(-1)];
  const isOne = unit !== undefined && /^[0-9]+$/.test(digits) && digits.length <= 8;
  const ms = parseTimeout(text);
  must((ms !== undefined) === isOne, rule, () => `grpc-timeout ${JSON.stringify(text)} is read as ${ms}`);
  if (ms === undefined || unit === undefined) return;
  const ns = Number(BigInt(digits) * unit);
  must(Math.abs(ms * 1e6 - ns) <= ns * 1e-9, rule, () => `grpc-timeout ${text} is read as ${ms} ms`);
  const written = formatTimeout(ms);
  const back = parseTimeout(written);
  // A server may never give up before its client.
  must(
    back !== undefined && (back >= ms * (1 - 1e-9) || written === "99999999H"),
    rule,
    () => `${ms} ms is written as ${written}`,
  );
}

function checkMessage(text: string): void {
  const latin1 = Buffer.from(text, "latin1").toString("latin1");
  decodeGrpcMessage(latin1);
  const encoded = encodeGrpcMessage(text);
  must(
    /^[\x20-\x7e]*$/.test(encoded),
    rule,
    () => `grpc-message ${JSON.stringify(text)} is written as ${JSON.stringify(encoded)}`,
  );
  const back = decodeGrpcMessage(encoded);
  const expected = Buffer.from(text, "utf8").toString("utf8");
  must(back === expected, rule, () => `grpc-message ${JSON.stringify(text)} comes back as ${JSON.stringify(back)}`);
}

function checkBase64(text: string): void {
  const bytes = base64ToBytes(text);
  const digits = text.replace(/=+$/, "");
  const isOne = /^[A-Za-z0-9+/]*$/.test(digits) && digits.length % 4 !== 1 && text.length - digits.length <= 2;
  must(
    (bytes !== undefined) === isOne,
    rule,
    () => `base64 ${JSON.stringify(text)} is ${bytes === undefined ? "refused" : "read"}`,
  );
  if (bytes === undefined) return;
  must(bytes.length === Math.floor((digits.length * 3) / 4), rule, () => `base64 ${text} gives ${bytes.length} bytes`);
  const back = base64ToBytes(bytesToBase64(bytes));
  must(back !== undefined && Buffer.compare(back, bytes) === 0, rule, () => `base64 of ${text} does not come back`);
}

function checkMetadata(key: string, value: string | Uint8Array): void {
  const metadata = new Metadata();
  try {
    metadata.append<string>(key, value);
  } catch (error) {
    must(error instanceof TypeError, rule, () => `metadata throws ${String(error)}`);
    return;
  }
  const [name = "", wire = ""] = metadata.wirePairs();
  must(/^[0-9a-z_.-]+$/.test(name), rule, () => `metadata sends the name ${JSON.stringify(name)}`);
  must(/^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/.test(wire), rule, () => `metadata sends ${JSON.stringify(wire)}`);
  const [back] = Metadata.fromWirePairs([name, wire]).getAll(key);
  const same =
    typeof value === "string" ? back === value : back instanceof Uint8Array && Buffer.compare(back, value) === 0;
  must(same, rule, () => `metadata ${JSON.stringify(value)} comes back as ${JSON.stringify(back)}`);
}
