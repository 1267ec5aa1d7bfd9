import { browserEnvironment, createCore } from "./core.ts";
import { watchUpdates } from "./update.ts";

watchUpdates();
void createCore(browserEnvironment());
