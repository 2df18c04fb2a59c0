// A list that comes from the server page by page: the first page by itself, the rest when asked for.

import { untrack } from 'svelte';

export interface Paged<T> {
  rows: T[];
  next?: string | null;
}
/** What a list needs to know of its pages, whatever their rows are. */
export interface Pages {
  readonly first: object | null;
  readonly rows: readonly unknown[];
  readonly next: string | null;
  readonly error: unknown;
  readonly loading: boolean;
  reload: () => Promise<boolean>;
  more: () => Promise<boolean>;
}
const ALL_AT_MOST = 5000;

/** Loads the first page now and again whenever the reactive values `load` reads change. */
export function pages<T, P extends Paged<T>>(load: (after: string | undefined) => Promise<P>) {
  let first = $state.raw<P | null>(null);
  let rows = $state.raw<T[]>([]);
  let next = $state<string | null>(null);
  let error = $state.raw<unknown>(null);
  let loading = $state(true);
  let turn = 0;

  async function fetch(after?: string): Promise<boolean> {
    const mine = after ? turn : ++turn;
    const answer = load(after);
    loading = true;
    try {
      const page = await answer;
      if (mine !== turn) return false;
      if (!after) first = page;
      rows = after ? [...rows, ...page.rows] : page.rows;
      next = page.next ?? null;
      error = null;
      return true;
    } catch (failure) {
      if (mine === turn) error = failure;
      return false;
    } finally {
      if (mine === turn) loading = false;
    }
  }
  $effect(() => {
    void fetch();
  });
  return {
    get first() {
      return first;
    },
    get rows() {
      return rows;
    },
    get next() {
      return next;
    },
    get error() {
      return error;
    },
    get loading() {
      return loading;
    },
    reload: () => untrack(() => fetch()),
    more: () => (next && !loading ? fetch(next) : Promise.resolve(false)),
    /** Loads on until the list is through, so that sorting by a column means all of it. */
    all: async (): Promise<void> => {
      while (next && rows.length < ALL_AT_MOST && (await fetch(next)));
    },
  };
}
