// Which page is shown. Plain paths and the browser's history, no hash: a hash change makes Safari ask for the camera again.
// A page that holds unsaved work can ask to be asked before it is left.

type Guard = () => boolean;

export const route = $state({ path: location.pathname, query: new URLSearchParams(location.search), key: 0 });
let guard: Guard | null = null;

function show(): void {
  route.path = location.pathname;
  route.query = new URLSearchParams(location.search);
  route.key += 1;
}

/** Goes to a path of the app; `replace` leaves no step back to the present page. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  if (guard && !guard()) return;
  guard = null;
  history[options.replace ? 'replaceState' : 'pushState']({ inside: true }, '', to);
  show();
  scrollTo(0, 0);
}

/** Steps back inside the app; on a page that was opened directly, goes up to `otherwise`. */
export function back(otherwise = '/'): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back();
  else go(otherwise, { replace: true });
}

/** While the page lives, `mayLeave` decides whether it may be left; give null to lift it. */
export function guardLeaving(mayLeave: Guard | null): void {
  guard = mayLeave;
}

/** The parts of the path if it has the pattern's shape: match('/stock/:sku', '/stock/A1') is { sku: 'A1' }. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split('/');
  const have = path.replace(/\/+$/, '').split('/');
  if (path === '/' ? pattern !== '/' : want.length !== have.length) return null;
  const found: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    const value = have[i] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return found;
}

/** Makes ordinary same-origin links move inside the app, leaving modified clicks and downloads to the browser. */
export function followLinks(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest('a');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.target || link.hasAttribute('download') || link.origin !== location.origin || link.pathname.startsWith('/v1/')) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

addEventListener('popstate', show);
