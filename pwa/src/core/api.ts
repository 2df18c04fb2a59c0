// The one way to talk to a server. It adds what every request needs (same-origin cookie, the header that proves the request is
// ours, the reader's language), measures the clock, and turns every failure into one of two errors: the server said no
// (ApiError, with its key and text) or nobody answered (Unreachable).

import { ClockOffset, sampleOf, serverMillis } from './clock';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly key: string,
    readonly text: string,
    readonly values: Record<string, unknown> = {},
    readonly retryAfterS: number | null = null,
  ) {
    super(`${status} ${key}`);
    this.name = 'ApiError';
  }
}

export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('unreachable', { cause });
    this.name = 'Unreachable';
  }
}

export type Query = Record<string, string | number | boolean | null | undefined | readonly string[]>;

export interface ApiOptions {
  fetch?: typeof fetch;
  now?: () => number;
  language?: () => string;
  /** The number this device gave itself, once it has one: a store takes nothing from one that head office has revoked. */
  device?: () => string | null;
  timeoutMs?: number;
  onReachable?: (reachable: boolean) => void;
  onUnauthorised?: () => void;
}

export class Api {
  readonly clock = new ClockOffset();
  constructor(private readonly options: ApiOptions = {}) {}

  get<T>(path: string, query?: Query): Promise<T> {
    return this.request<T>('GET', withQuery(path, query));
  }
  /** `timeoutMs` for what takes its time, such as asking a scale at six speeds. */
  post<T>(path: string, body: unknown, timeoutMs?: number): Promise<T> {
    return this.request<T>('POST', path, JSON.stringify(body), 'application/json', timeoutMs);
  }
  put<T>(path: string, body: Blob): Promise<T> {
    return this.request<T>('PUT', path, body, body.type);
  }
  delete(path: string): Promise<void> {
    return this.request<void>('DELETE', path);
  }

  /** A file, with the name the server gave it; it may take its time to be made. */
  async file(path: string, query?: Query, timeoutMs = 120_000): Promise<{ name: string; blob: Blob }> {
    const headers: Record<string, string> = {};
    if (this.options.language) headers['Accept-Language'] = this.options.language();
    let response: Response;
    let blob: Blob;
    try {
      response = await (this.options.fetch ?? fetch)(withQuery(path, query), { headers, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) });
      blob = await response.blob();
    } catch (cause) {
      this.options.onReachable?.(false);
      throw new Unreachable(cause);
    }
    this.options.onReachable?.(response.status !== 502 && response.status !== 504);
    if (response.ok) return { name: /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'file', blob };
    if (response.status === 401) this.options.onUnauthorised?.();
    throw problem(response, parse(await blob.text()));
  }

  private async request<T>(method: string, path: string, body?: BodyInit, type?: string, timeoutMs?: number): Promise<T> {
    const now = this.options.now ?? Date.now;
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (this.options.language) headers['Accept-Language'] = this.options.language();
    const device = this.options.device?.();
    if (device) headers['X-Liushui-Device'] = device;
    if (method !== 'GET') headers['X-Liushui'] = '1';
    if (type) headers['Content-Type'] = type;
    const sent = now();
    let response: Response;
    let text: string;
    try {
      response = await (this.options.fetch ?? fetch)(path, {
        method,
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(timeoutMs ?? this.options.timeoutMs ?? 20_000),
      });
      text = await response.text();
    } catch (cause) {
      this.options.onReachable?.(false);
      throw new Unreachable(cause);
    }
    this.options.onReachable?.(response.status !== 502 && response.status !== 504);
    const data = parse(text);
    const server = serverMillis((data as { server_time?: unknown } | null)?.server_time);
    if (server !== null) this.clock.add(sampleOf(sent, now(), server));
    if (response.ok) return data as T;
    if (response.status === 401) this.options.onUnauthorised?.();
    throw problem(response, data);
  }
}

/** Appends a query, leaving out what is null, undefined or empty; a list repeats its name. */
export function withQuery(path: string, query?: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function problem(response: Response, data: unknown): ApiError {
  const body = (data ?? {}) as { key?: string; detail?: string; title?: string; values?: Record<string, unknown> };
  const after = Number(response.headers.get('Retry-After'));
  return new ApiError(
    response.status,
    body.key ?? `http_${response.status}`,
    body.detail ?? body.title ?? '',
    body.values ?? {},
    Number.isFinite(after) && after > 0 ? after : null,
  );
}
