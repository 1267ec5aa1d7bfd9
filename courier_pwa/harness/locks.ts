/** Web Locks of one origin: exclusive ones, held by tabs, let go when a tab dies. */
import type { Owner } from "./storage.ts";

interface Request {
  readonly owner: Owner;
  readonly name: string;
  readonly start: (lock: { name: string; mode: "exclusive" } | null) => void;
  readonly refuse: (reason: unknown) => void;
}

interface Options {
  ifAvailable?: boolean;
  signal?: AbortSignal;
}

type Callback<Result> = (lock: { name: string; mode: "exclusive" } | null) => Promise<Result> | Result;

export class Locks {
  private readonly held = new Map<string, Request>();
  private readonly waiting: Request[] = [];

  /** What one tab sees as navigator.locks. */
  seenBy(owner: Owner): Pick<LockManager, "request"> {
    const request = <Result>(
      name: string,
      given: Options | Callback<Result>,
      callback?: Callback<Result>,
    ): Promise<Result> => {
      const options = typeof given === "function" ? {} : given;
      return this.request(owner, name, options, (callback ?? given) as Callback<Result>);
    };
    return { request: request as LockManager["request"] };
  }

  /** Let go of all that a dead tab held or waited for. */
  kill(owner: Owner): void {
    for (const request of [...this.waiting]) {
      if (request.owner === owner) this.waiting.splice(this.waiting.indexOf(request), 1);
    }
    for (const [name, request] of [...this.held]) if (request.owner === owner) this.free(name);
  }

  private request<Result>(
    owner: Owner,
    name: string,
    options: Options,
    callback: Callback<Result>,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const request: Request = {
        owner,
        name,
        refuse: reject,
        start: (lock) => {
          void (async () => callback(lock))()
            .then(resolve, reject)
            .finally(() => {
              if (this.held.get(name) === request) this.free(name);
            });
        },
      };
      if (options.ifAvailable === true && this.held.has(name)) {
        request.start(null);
        return;
      }
      options.signal?.addEventListener("abort", () => {
        const index = this.waiting.indexOf(request);
        if (index < 0) return;
        this.waiting.splice(index, 1);
        reject(options.signal?.reason);
      });
      this.waiting.push(request);
      this.next(name);
    });
  }

  private free(name: string): void {
    this.held.delete(name);
    this.next(name);
  }

  private next(name: string): void {
    if (this.held.has(name)) return;
    const index = this.waiting.findIndex((request) => request.name === name);
    const request = this.waiting[index];
    if (request === undefined) return;
    this.waiting.splice(index, 1);
    this.held.set(name, request);
    queueMicrotask(() => {
      if (this.held.get(name) === request) request.start({ name, mode: "exclusive" });
    });
  }
}
