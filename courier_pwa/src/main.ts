import { browserEnvironment, createCore } from "./core.ts";

void createCore(browserEnvironment());
