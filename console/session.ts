import { signal } from '@preact/signals';

const key = 'process-warden-token';

/** The bearer token: kept until the tab is closed, never in a URL. */
export const token = signal(sessionStorage.getItem(key) ?? undefined);

/** Whether the service has refused to answer without a token, or with this one. */
export const isTokenNeeded = signal(false);

export function signIn(text: string): void {
  sessionStorage.setItem(key, text);
  token.value = text;
  isTokenNeeded.value = false;
}

export function signOut(): void {
  sessionStorage.removeItem(key);
  token.value = undefined;
  isTokenNeeded.value = true;
}
