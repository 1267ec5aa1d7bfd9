// Which point of the plan a label or short code names. The plan holds hashes only.

import { enrolmentOf, isOurs, labelOf, shortCodeOf } from "../domain/labels.ts";
import type { DayPlan, PlanPoint } from "../domain/plan.ts";
import type { Environment } from "../environment.ts";
import { hex, sha256 } from "../hashing.ts";
import type { LabelRead } from "../core.ts";

interface Named {
  readonly point: PlanPoint;
  readonly retired: boolean;
}

export class Labels {
  readonly #environment: Pick<Environment, "crypto" | "origin">;
  #plan: DayPlan | null = null;
  #tokens = new Map<string, Named>();
  #codes = new Map<string, PlanPoint>();

  constructor(environment: Pick<Environment, "crypto" | "origin">) {
    this.#environment = environment;
  }

  use(plan: DayPlan | null): void {
    if (plan === this.#plan) return;
    this.#plan = plan;
    this.#tokens = new Map();
    this.#codes = new Map();
    for (const point of plan?.points ?? []) {
      for (const hash of point.retired_labels) this.#tokens.set(hash, { point, retired: true });
      for (const hash of point.labels) this.#tokens.set(hash, { point, retired: false });
      for (const hash of point.short_codes) this.#codes.set(hash, point);
    }
  }

  async read(text: string): Promise<LabelRead> {
    const { origin } = this.#environment;
    const enrolment = enrolmentOf(text);
    if (enrolment !== null && isOurs(enrolment.host, this.#hosts(), origin)) {
      return { kind: "enrolment", code: enrolment.code };
    }
    const label = labelOf(text);
    if (label === null) return { kind: "foreign" };
    const named = this.#tokens.get(await this.#hash(label.token));
    if (named === undefined && !isOurs(label.host, this.#hosts(), origin)) {
      return { kind: "foreign" };
    }
    const { point, retired } = named ?? { point: null, retired: false };
    return { kind: "label", token: label.token, point, retired };
  }

  async readShortCode(text: string): Promise<{ code: string; point: PlanPoint | null } | null> {
    const code = shortCodeOf(text);
    if (code === null) return null;
    return { code, point: this.#codes.get(await this.#hash(code)) ?? null };
  }

  #hosts(): readonly string[] {
    return this.#plan?.hosts ?? [];
  }

  async #hash(text: string): Promise<string> {
    return hex(await sha256(this.#environment.crypto, text));
  }
}
