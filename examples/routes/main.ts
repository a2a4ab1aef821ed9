// All four shapes on a route guide with a data file: npm run example routes
import { join } from "node:path";
import { Channel, RpcError, Server } from "peregrine";
import { RouteGuide } from "./gen/routes_pb.js";
import { readPlaces, routeGuide } from "./service.js";

// The compiled example runs from dist/, its data stays beside the source.
const places = readPlaces(join(process.cwd(), "examples", "routes", "places.json"));
const server = new Server();
server.add(RouteGuide, routeGuide(places));
const address = await server.listen("127.0.0.1:0");

const channel = new Channel(address);
const guide = channel.client(RouteGuide);

console.log("GetPlace (unary)");
const grindelwald = { latitude: 466_242_000, longitude: 80_414_000 };
const place = await guide.getPlace(grindelwald, { timeoutMs: 1_000 });
console.log(`  ${place.name}, ${place.elevation} m`);
try {
  await guide.getPlace({ latitude: 0, longitude: 0 }, { timeoutMs: 1_000 });
} catch (error) {
  if (error instanceof RpcError) console.log(`  ${error.codeName}: ${error.message}`);
}

console.log("ListPlaces (server streaming): between Interlaken and the Jungfrau");
const low = { latitude: 465_400_000, longitude: 78_600_000 };
const high = { latitude: 466_900_000, longitude: 80_500_000 };
for await (const found of guide.listPlaces({ low, high })) console.log(`  ${found.name}, ${found.elevation} m`);

console.log("RecordRoute (client streaming): Lauterbrunnen to Grindelwald");
async function* walk(): AsyncIterable<{ latitude: number; longitude: number }> {
  yield { latitude: 465_935_000, longitude: 79_091_000 };
  yield { latitude: 466_053_000, longitude: 79_214_000 };
  yield { latitude: 465_852_000, longitude: 79_608_000 };
  yield { latitude: 466_000_000, longitude: 80_000_000 };
  yield grindelwald;
}
const summary = await guide.recordRoute(walk());
const hours = Number(summary.walkingTime?.seconds ?? 0n) / 3_600;
console.log(
  `  ${summary.pointCount} points, ${summary.placeCount} places, ${summary.distance} m, ${hours.toFixed(1)} h`,
);

console.log("RouteChat (bidirectional): the second walker hears of the first");
async function* notes(): AsyncIterable<{ location: typeof grindelwald; message: string }> {
  yield { location: grindelwald, message: "The path is icy." };
  yield { location: grindelwald, message: "Thanks!" };
}
for await (const note of guide.routeChat(notes())) console.log(`  left here before: ${note.message}`);

await channel.close();
await server.close();
