// A service for unit tests: the contract in a few lines, in memory. tests/ has the real one.

import { rangesOf, gaps, type Range } from "../domain/ranges.ts";
import type { Time } from "./time.ts";

export interface Phone {
  token: string;
  revoked: boolean;
  /** By number, the events as they came. */
  events: Map<number, { id: string; raw: string; state: "accepted" | "held" | "set_aside" }>;
  highest: number;
}

interface Body {
  code: string;
  installation: string;
  installation_token?: string;
  token: string;
  ticket: string;
  highest: number;
  events: { id: string; seq: number; kind: string }[];
  clock: unknown[];
}

type Fault = (path: string, body: unknown) => Response | null | Promise<Response | null>;

export class Service {
  readonly phones = new Map<string, Phone>();
  readonly codes = new Map<string, string | null>([["CODE0001", null], ["CODE0002", null]]);
  readonly photos = new Map<string, number>();
  /** Every sync that arrived: whose, which numbers, with how many readings. */
  readonly syncs: { installation: string; numbers: number[]; clock: unknown[] }[] = [];
  readonly heldKinds = new Set<string>();
  plan: unknown = null;
  tickets = true;
  /** Stands between phone and service: a Response, or null to let the request pass. */
  fault: Fault | null = null;
  /** Lost on the way back. */
  dropAnswers = false;
  readonly #time: Time;

  constructor(time: Time) {
    this.#time = time;
  }

  readonly fetch = async (input: string, init: RequestInit): Promise<Response> => {
    const path = new URL(input, "http://service.test").pathname.replace("/api/v1/", "");
    const text = typeof init.body === "string" ? init.body : "{}";
    const body = JSON.parse(text) as Body;
    const faulty = await this.fault?.(path, body);
    if (faulty) return faulty;
    const headers = new Headers(init.headers);
    const token = headers.get("Authorization")?.slice("Bearer ".length) ?? "";
    const answer = this.#answer(path, body, token, init.body);
    if (this.dropAnswers) throw new TypeError("network error");
    return answer;
  };

  get now(): string {
    return new Date(this.#time.now).toISOString();
  }

  #answer(path: string, body: Body, token: string, raw: unknown): Response {
    if (path === "clock") return json({ now: this.now });
    if (path === "phones") return this.#enrol(body);
    if (path === "phones/restored") return this.#restore(body);
    const bearer = [...this.phones].find(([, phone]) => phone.token === token);
    if (bearer === undefined) return problem(401, "unknown_token");
    if (bearer[1].revoked) return problem(401, "revoked_token");
    if (path === "sync") return this.#sync(body, bearer[0]);
    if (path === "day-plan") return json(this.plan, 200, { ETag: '"1"' });
    if (path.startsWith("photos/")) {
      this.photos.set(path.slice("photos/".length), (raw as ArrayBuffer).byteLength);
      return new Response(null, { status: 204 });
    }
    return problem(404, "not_found");
  }

  #enrol({ code, installation, token }: Body): Response {
    if (!this.codes.has(code)) return problem(404, "unknown_enrolment");
    const used = this.codes.get(code);
    if (used !== null && used !== installation) return problem(409, "used_enrolment");
    this.codes.set(code, installation);
    const known = this.phones.get(installation);
    if (known === undefined) this.#add(installation, token);
    return json(enrolled(installation), known === undefined ? 201 : 200);
  }

  #restore({ ticket, token }: Body): Response {
    if (!this.tickets) return problem(401, "unknown_token");
    const installation = ticket.replace("ticket:", "");
    if (!this.phones.has(installation)) this.#add(installation, token);
    return json(enrolled(installation));
  }

  #add(installation: string, token: string): void {
    this.phones.set(installation, { token, revoked: false, events: new Map(), highest: 0 });
  }

  #sync(body: Body, bearer: string): Response {
    const { installation, events, clock } = body;
    const phone = this.phones.get(installation);
    const own = installation === bearer || phone?.token === body.installation_token;
    if (phone === undefined || !own) return problem(403, "foreign_installation");
    this.syncs.push({ installation, numbers: events.map(({ seq }) => seq), clock });
    const results = events.map((event, index) => {
      const known = phone.events.get(event.seq);
      const state = this.heldKinds.has(event.kind) ? "held" : "accepted";
      if (!known) phone.events.set(event.seq, { id: event.id, raw: JSON.stringify(event), state });
      const why = state === "held" ? { code: "newer_format", message: { zh: "…", en: "…" } } : {};
      const { id, seq } = event;
      if (known) return { index, id, seq, status: "duplicate", state: known.state };
      return { index, id, seq, status: state, ...why };
    });
    phone.highest = Math.max(phone.highest, body.highest);
    const have: Range[] = rangesOf(phone.events.keys());
    const missing = gaps(have, phone.highest);
    const held = [...phone.events]
      .filter(([, { state }]) => state === "held")
      .map(([seq, { id }]) => ({ id, seq, code: "newer_format", message: { zh: "…", en: "…" } }));
    return json({ installation, now: this.now, results, have, missing, held });
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ status, code, title: code }), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });
}

/** What a proxy or a captive portal answers. */
export function html(status: number): Response {
  const headers = { "Content-Type": "text/html" };
  return new Response("<html>log in</html>", { status, headers });
}

function enrolled(installation: string): unknown {
  return {
    installation,
    ticket: `ticket:${installation}`,
    courier: { code: "C07", name: "陈师傅" },
    branch: { code: "500107", name: "九龙坡区", timezone: "Asia/Shanghai" },
  };
}
