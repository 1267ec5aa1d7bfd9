// The day plan (docs/sync-protocol.md, "Day plan") as far as the phone reads it.

export interface PlanPoint {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly town: string | null;
  readonly village: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  /** SHA-256 of the tokens in upper case, 64 hex digits. */
  readonly labels: readonly string[];
  readonly retired_labels: readonly string[];
  readonly short_codes: readonly string[];
}

export interface PlanStop {
  readonly sequence: number;
  readonly point: string;
  readonly planned_at: string | null;
}

export interface PlanRound {
  readonly route: string;
  readonly name: string;
  readonly date: string;
  readonly departs_at: string | null;
  readonly office: string;
  readonly stops: readonly PlanStop[];
}

export interface PlanArrival {
  readonly office: string;
  readonly office_name: string;
  readonly title: string;
  readonly date: string;
  readonly arrived_at: string | null;
}

export interface Owed {
  readonly point: string;
  readonly title: string;
  readonly date: string;
  readonly copies: number;
}

export interface Courier {
  readonly code: string;
  readonly name: string;
}

export interface Branch {
  readonly code: string;
  readonly name: string;
  readonly timezone: string;
}

export interface DayPlan {
  readonly format: number;
  readonly today: string;
  readonly courier: Courier;
  readonly branch: Branch;
  readonly hosts: readonly string[];
  readonly titles: readonly { readonly code: string; readonly name: string }[];
  readonly arrivals: readonly PlanArrival[];
  readonly points: readonly PlanPoint[];
  readonly rounds: readonly PlanRound[];
  readonly owed: readonly Owed[];
}
