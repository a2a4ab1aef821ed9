// Logging, bearer tokens and a rate limit: npm run example interceptors
import { Channel, RpcError, Server } from "peregrine";
import { Counter } from "./gen/counter_pb.js";
import { authentication, bearer, logging, rateLimit, userKey } from "./interceptors.js";

const log = (line: string): void => console.log(`  ${line}`);
const users = new Map([["s3cret", "alice"]]);

const server = new Server({ gates: [authentication(users), rateLimit(3, 0.001)], interceptors: [logging(log)] });
const totals = new Map<string, number>();
server.add(Counter, {
  add(request, call) {
    const user = String(call.values.get(userKey));
    const total = (totals.get(user) ?? 0) + request.amount;
    totals.set(user, total);
    return { user, total };
  },
});
const address = await server.listen("127.0.0.1:0");

async function attempt(token: string, calls: number): Promise<void> {
  await using channel = new Channel(address, { interceptors: [bearer(token)] });
  const counter = channel.client(Counter);
  for (let i = 0; i < calls; i++) {
    try {
      const reply = await counter.add({ amount: 10 }, { timeoutMs: 1_000 });
      console.log(`${reply.user} has ${reply.total}`);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      console.log(`refused: ${error.codeName}: ${error.message}`);
    }
  }
}

console.log("A wrong token:");
await attempt("guess", 1);
console.log("A good token, five calls where three may come at once:");
await attempt("s3cret", 5);
await server.close();
