/**
 * What lies between one phone and the service: mountains, proxies, captive portals. Requests go over
 * real HTTP to the real service; what happens to them on the way is drawn from the seed.
 */
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** How often each mishap comes, from 0 to 1; `offline` is all or nothing. */
export interface Weather {
  offline: boolean;
  /** The request never gets there. */
  lost: number;
  /** The service does what was asked, and its answer never comes. */
  unanswered: number;
  /** The request gets there twice at once. */
  twice: number;
  /** The phone gives up; the request gets there up to a day later all the same. */
  late: number;
  /** The connection breaks within the request's body. */
  cut: number;
  /** The connection breaks within the answer. */
  halved: number;
  /** A proxy or portal answers in the service's place. */
  proxied: number;
  /** An older answer comes again, this phone's or another's. */
  stale: number;
  /** Milliseconds, the longest of one way. */
  slowest: number;
}

export const FAIR: Weather = {
  offline: false,
  lost: 0,
  unanswered: 0,
  twice: 0,
  late: 0,
  cut: 0,
  halved: 0,
  proxied: 0,
  stale: 0,
  slowest: 80,
};

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly redirect: RequestRedirect;
}

interface Raw {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The portal's page after a redirect. */
  readonly redirected?: boolean;
}

const DAY = 86_400_000;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const PAGE = "<!doctype html><title>Log in</title><form action=/login>WLAN</form>";

/** What all phones of one schedule share: the service's address, and answers to mix up. */
export class Air {
  /** Called when a request is on its way to the service: may kill it. */
  onSync: (() => void) | null = null;
  readonly answers: Raw[] = [];
  readonly world: World;
  readonly port: number;

  private readonly plans: boolean;

  constructor(world: World, port: number, plans: boolean) {
    this.world = world;
    this.port = port;
    this.plans = plans;
  }

  /** Carry a request to the service now and return its answer; TypeError where there is none. */
  carry(call: Call): Promise<Raw> {
    if (!this.plans && call.path.startsWith("/api/v1/day-plan")) {
      return Promise.reject(new TypeError("Failed to fetch"));
    }
    const answer = this.world.real(send(this.port, call, this.world.now));
    if (call.path === "/api/v1/sync") this.onSync?.();
    return answer;
  }

  /** The same, but that the connection breaks after so many bytes of the body. */
  carryPart(call: Call, bytes: number): Promise<void> {
    return this.world.real(sendPart(this.port, call, bytes, this.world.now));
  }
}

/** The network of one phone. */
export class Network {
  weather: Weather = FAIR;
  /** Requests that left the phone, and what befell them, for a report of a failure. */
  readonly log: string[] = [];
  private readonly world: World;
  private readonly air: Air;
  private readonly random: Random;
  private readonly asleepUntil: () => number;

  constructor(world: World, air: Air, random: Random, asleepUntil: () => number) {
    this.world = world;
    this.air = air;
    this.random = random;
    this.asleepUntil = asleepUntil;
  }

  /** `fetch` as one tab has it; a dead tab hears nothing any more. */
  fetchOf(owner: { dead: boolean }): typeof fetch {
    return async (input, init) => {
      const call = await callOf(input, init);
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      if (owner.dead) return new Promise(() => undefined);
      if (signal?.aborted === true) throw signal.reason;
      return new Promise<Response>((resolve, reject) => {
        signal?.addEventListener("abort", () => {
          if (!owner.dead) reject(signal.reason as Error);
        });
        this.travel(call).then(
          (response) => {
            if (!owner.dead) resolve(response);
          },
          (error: unknown) => {
            if (!owner.dead) reject(error as Error);
          },
        );
      });
    };
  }

  private async travel(call: Call): Promise<Response> {
    const { weather, random, world } = this;
    const up = random.between(5, weather.slowest);
    const down = random.between(5, weather.slowest);
    const mishap = this.draw(call);
    this.log.push(`${world.now} ${call.method} ${call.path} ${mishap}`);
    await this.pass(up);
    if (this.weather.offline || mishap === "offline" || mishap === "lost") return this.broken();
    if (mishap === "proxied") return this.proxied(call, down);
    if (mishap === "cut") {
      await this.air.carryPart(call, random.between(0, (call.body?.length ?? 1) - 1));
      return this.broken();
    }
    if (mishap === "late") {
      const times = random.between(1, 2);
      for (let time = 0; time < times; time += 1) {
        world.later(random.between(1000, DAY), () => void this.air.carry(call).catch(() => null));
      }
      return this.broken();
    }
    const twin = mishap === "twice" ? this.air.carry(call).catch(() => null) : null;
    const raw = await this.air.carry(call);
    await twin;
    await this.pass(down);
    if (this.weather.offline || mishap === "unanswered") return this.broken();
    return this.answered(call, raw, mishap);
  }

  private answered(call: Call, raw: Raw, mishap: string): Response {
    const { answers } = this.air;
    if (mishap === "halved") {
      return responseOf({ ...raw, body: raw.body.slice(0, Math.floor(raw.body.length / 2)) }, call);
    }
    if (mishap === "stale" && answers.length > 0) {
      return responseOf(answers[this.random.between(0, answers.length - 1)] as Raw, call);
    }
    if (call.path === "/api/v1/sync" && raw.status === 200) answers.push(raw);
    return responseOf(raw, call);
  }

  private draw(call: Call): string {
    if (this.weather.offline) return "offline";
    const chance = this.random.next();
    let reached = 0;
    for (const name of MISHAPS) {
      reached += this.weather[name];
      if (chance < reached) return name === "stale" && call.path !== "/api/v1/sync" ? "none" : name;
    }
    return "none";
  }

  /** No answer: at once, or as good as never. */
  private async broken(): Promise<Response> {
    if (this.random.happens(0.4)) await this.pass(60_000);
    throw new TypeError("Failed to fetch");
  }

  private async proxied(call: Call, down: number): Promise<Response> {
    await this.pass(down);
    const raw = PROXIES[this.random.between(0, PROXIES.length - 1)] as Raw;
    if (raw.status !== 302) return responseOf(raw, call);
    if (call.redirect === "error") throw new TypeError("Failed to fetch");
    if (call.redirect === "manual") return opaqueRedirect();
    return responseOf({ ...page(200), redirected: true }, call);
  }

  private async pass(delay: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.world.later(delay, resolve, this.asleepUntil);
    });
  }
}

const MISHAPS = [
  "lost",
  "unanswered",
  "twice",
  "late",
  "cut",
  "halved",
  "proxied",
  "stale",
] as const;

function page(status: number, headers: Record<string, string> = {}): Raw {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8", ...headers },
    body: new TextEncoder().encode(PAGE),
  };
}

function json(status: number, content: unknown, headers: Record<string, string> = {}): Raw {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return {
    status,
    headers: { "content-type": type, ...headers },
    body: new TextEncoder().encode(JSON.stringify(content)),
  };
}

/** What proxies, portals and load balancers say; none of it is the service's word. */
const PROXIES: Raw[] = [
  page(200),
  page(200),
  { ...page(200), headers: { "content-type": "application/json" } },
  page(302, { location: "http://portal.example/login" }),
  page(400),
  page(401),
  page(403),
  page(404),
  page(407),
  page(413),
  page(429, { "retry-after": "3600" }),
  page(500),
  page(502),
  page(503, { "retry-after": "7" }),
  page(504),
  page(511),
  { status: 204, headers: {}, body: new Uint8Array(0) },
  json(200, {}),
  json(200, { status: "ok" }),
  json(200, []),
  json(200, null),
  json(401, { error: "login" }),
  json(503, { code: "unavailable" }, { "retry-after": "Wed, 21 Oct 2099 07:28:00 GMT" }),
];

async function callOf(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Call> {
  const wanted = new Request(new URL(String(input), "http://service.example"), {
    ...init,
    signal: null,
    ...(init?.body == null ? {} : { duplex: "half" }),
  } as RequestInit);
  const body = init?.body == null ? null : new Uint8Array(await wanted.arrayBuffer());
  return {
    method: wanted.method,
    path: new URL(wanted.url).pathname + new URL(wanted.url).search,
    headers: Object.fromEntries(wanted.headers),
    body,
    redirect: init?.redirect ?? "follow",
  };
}

function responseOf(raw: Raw, call: Call): Response {
  const empty = raw.status === 204 || raw.status === 304 || call.method === "HEAD";
  const response = new Response(empty ? null : raw.body, {
    status: raw.status,
    headers: raw.headers,
  });
  const url = raw.redirected === true ? "http://portal.example/login" : `http://service${call.path}`;
  Object.defineProperty(response, "redirected", { value: raw.redirected === true });
  Object.defineProperty(response, "url", { value: url });
  return response;
}

function opaqueRedirect(): Response {
  const response = Response.error();
  Object.defineProperty(response, "type", { value: "opaqueredirect" });
  return response;
}

function headersOf(call: Call, now: number): Record<string, string> {
  const length = call.body === null ? {} : { "content-length": String(call.body.length) };
  return { ...call.headers, ...length, "x-schedule-now": String(Math.floor(now)) };
}

function send(port: number, call: Call, now: number): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const failed = (): void => reject(new TypeError("Failed to fetch"));
    const request = httpRequest(
      { host: "127.0.0.1", port, agent, method: call.method, path: call.path, headers: headersOf(call, now) },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", failed);
        answer.on("aborted", failed);
        answer.on("end", () => {
          const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
          resolve({
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(headers) as Record<string, string>,
            body: new Uint8Array(Buffer.concat(parts)),
          });
        });
      },
    );
    request.on("error", failed);
    request.setTimeout(100_000, () => request.destroy());
    request.end(call.body ?? undefined);
  });
}

function sendPart(port: number, call: Call, bytes: number, now: number): Promise<void> {
  return new Promise((resolve) => {
    const lines = Object.entries(headersOf(call, now)).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`${call.method} ${call.path} HTTP/1.1\r\nhost: service\r\n${lines.join("")}\r\n`);
      socket.write(call.body?.subarray(0, bytes) ?? "", () => socket.destroy());
    });
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
  });
}
