// Data a page reads from the server, with its three states in one place: still loading, failed with a reason, or there.
// A newer request always wins over an older one that answers late.

export interface Resource<T> {
  readonly data: T | null;
  readonly error: unknown;
  readonly loading: boolean;
  reload: () => Promise<void>;
}

/** Runs `load` now and again whenever the reactive values it reads change; call it during a component's set-up. */
export function resource<T>(load: () => Promise<T>): Resource<T> {
  let data = $state.raw<T | null>(null);
  let error = $state.raw<unknown>(null);
  let loading = $state(true);
  let latest = 0;

  async function run(): Promise<void> {
    const mine = ++latest;
    const answer = load();
    loading = true;
    try {
      const found = await answer;
      if (mine !== latest) return;
      data = found;
      error = null;
    } catch (failure) {
      if (mine === latest) error = failure;
    } finally {
      if (mine === latest) loading = false;
    }
  }

  $effect(() => {
    void run();
  });
  return {
    get data() {
      return data;
    },
    get error() {
      return error;
    },
    get loading() {
      return loading;
    },
    reload: run,
  };
}
