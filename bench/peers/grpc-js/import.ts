import { loadEcho } from "./echo.js";

if (Object.keys(loadEcho().service).length !== 4) process.exitCode = 1;
