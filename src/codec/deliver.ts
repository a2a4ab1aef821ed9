import { codeAhead } from "./ahead.js";
import { type FieldReader, interpretedMake } from "./interpret-decode.js";
import { interpretedEncode } from "./interpret-encode.js";
import { hotAfter, hotBytes } from "./limits.js";
import type { DecodeFields, Delivery, EncodeFields, Fields, MessagePlan } from "./plan.js";
import { canCompile, canEvaluate } from "./source.js";
import { compileType, linkDecode, linkEncode, linkMake, type TypeCode } from "./type-code.js";

/** Where the code comes from that encodes and decodes. */
export type DeliveryName = "compiled" | "ahead" | "interpreted";

/** Gives the code of a type, or undefined where there is none and it is interpreted. */
type CodeSource = (plan: MessagePlan) => TypeCode | undefined;

const compiled: CodeSource = (plan) => (canCompile(plan) ? compileType(plan) : undefined);

/** What stands behind plans. */
export function deliver(name: DeliveryName | undefined, rest: FieldReader): Delivery {
  switch (name) {
    case "compiled":
      return byCode(compiled, rest);
    case "ahead":
      return byCode((plan) => codeAhead(plan.schema), rest);
    case "interpreted":
      return byCode(() => undefined, rest);
    default:
      return whenHot(rest);
  }
}

function byCode(codeOf: CodeSource, rest: FieldReader): Delivery {
  return {
    encode(plan): EncodeFields {
      const code = codeOf(plan);
      return code === undefined ? interpretedEncode(plan) : linkEncode(code, plan);
    },
    decode(plan): DecodeFields {
      const code = codeOf(plan);
      return code === undefined ? rest.fields(plan) : linkDecode(code, plan, rest);
    },
    make(plan): () => Fields {
      const code = codeOf(plan);
      return code === undefined ? interpretedMake(plan) : linkMake(code, plan);
    },
  };
}

/**
 * To make code for a type takes as long as to interpret some hundred messages, and many types have few: requests at startup, replies
 * to health checks. So code is made for types of which there are more, each direction by itself. Code that came with generated files
 * is used from the start.
 */
function whenHot(rest: FieldReader): Delivery {
  // Found out when it is needed: where it is forbidden, to try is a violation that is reported.
  let evaluates: boolean | undefined;
  const hot = byCode((plan) => {
    evaluates ??= canEvaluate();
    return evaluates ? compiled(plan) : undefined;
  }, rest);
  return {
    encode(plan): EncodeFields {
      const code = codeAhead(plan.schema);
      return code === undefined ? warmEncode(plan, hot) : linkEncode(code, plan);
    },
    decode(plan): DecodeFields {
      const code = codeAhead(plan.schema);
      return code === undefined ? warmDecode(plan, hot, rest) : linkDecode(code, plan, rest);
    },
    make(plan): () => Fields {
      const code = codeAhead(plan.schema);
      return code === undefined ? warmMake(plan, hot) : linkMake(code, plan);
    },
  };
}

function warmEncode(plan: MessagePlan, hot: Delivery): EncodeFields {
  const interpreted = interpretedEncode(plan);
  let left = hotAfter;
  return (writer, message, start) => {
    if (left <= 0) {
      plan.encode = hot.encode(plan);
      return plan.encode(writer, message, start);
    }
    const end = interpreted(writer, message, start);
    left -= 1 + (end - start) / hotBytes;
    return end;
  };
}

function warmDecode(plan: MessagePlan, hot: Delivery, rest: FieldReader): DecodeFields {
  const interpreted = rest.fields(plan);
  let left = hotAfter;
  return (reader, message, end) => {
    left -= 1 + (end - reader.pos) / hotBytes;
    if (left < 0) {
      plan.decode = hot.decode(plan);
      plan.decode(reader, message, end);
    } else {
      interpreted(reader, message, end);
    }
  };
}

function warmMake(plan: MessagePlan, hot: Delivery): () => Fields {
  const interpreted = interpretedMake(plan);
  let left = hotAfter;
  return () => {
    if (--left >= 0) return interpreted();
    plan.make = hot.make(plan);
    return plan.make();
  };
}
