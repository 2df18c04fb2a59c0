// Whether the app can be installed on this device, and how one is told to do it where the browser does not offer it itself.

interface InstallEvent extends Event {
  prompt: () => Promise<unknown>;
}

function kindOf(agent: string): 'wechat' | 'ios' | 'other' {
  if (/MicroMessenger/i.test(agent)) return 'wechat';
  return /iPhone|iPad|iPod/.test(agent) ? 'ios' : 'other';
}

export const installer = $state<{ prompt: (() => void) | null; installed: boolean; kind: 'wechat' | 'ios' | 'other'; waiting: ServiceWorker | null }>({
  prompt: null,
  installed: matchMedia('(display-mode: standalone)').matches,
  kind: kindOf(navigator.userAgent),
  waiting: null,
});

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  installer.prompt = () => void (event as InstallEvent).prompt();
});
addEventListener('appinstalled', () => Object.assign(installer, { installed: true, prompt: null }));

/** Watches for a new version that has been fetched and waits; it is never switched to behind the person's back. */
export async function watchForUpdate(): Promise<void> {
  const registration = await navigator.serviceWorker?.ready;
  if (!registration) return;
  const look = (): void => {
    if (registration.waiting && navigator.serviceWorker.controller) installer.waiting = registration.waiting;
  };
  look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  setInterval(() => void registration.update().catch(() => undefined), 3_600_000);
}

/** Switches to the new version; the page loads again once it has taken over. */
export function useUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  installer.waiting?.postMessage({ type: 'SKIP_WAITING' });
}
