import { go, hrefOf, place } from './location.ts';
import { isTokenNeeded } from './session.ts';

/**
 * `/` goes to the search: for an item on the pages of a workflow, for a workflow everywhere else. `j` and `k` move through
 * the rows. Returns a function that ends it.
 */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '/') {
      // Without a token there is nothing to search.
      if (isTokenNeeded.peek()) return;
      event.preventDefault();
      if (focusSearch() || willHaveSearch(place.peek().path)) return;
      // The page of workflows is drawn before the next frame.
      addEventListener('hashchange', () => requestAnimationFrame(focusSearch), { once: true });
      go(hrefOf(['workflows']));
    } else if (event.key === 'j' || event.key === 'k') move(event.key === 'j' ? 1 : -1);
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

/** Whether the page has a search of its own when it was read. */
function willHaveSearch([section, first]: readonly string[]): boolean {
  return section === 'workflows' || (section === 'incidents' && first !== undefined);
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLElement>('[data-search]');
  search?.focus();
  return search !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea');
}

function move(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('a.row')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
}
