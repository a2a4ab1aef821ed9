import { createClient, createServer } from "nice-grpc";
import { echoDefinition } from "./echo.js";

if (createClient === undefined || createServer === undefined || echoDefinition.unary === undefined)
  process.exitCode = 1;
