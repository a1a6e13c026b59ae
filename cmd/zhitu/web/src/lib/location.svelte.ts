// The address is the state: which page, of what, on which date, at which
// sequence number, in which language. Everything that a page shows follows
// from it, so every view can be linked, printed and gone back to.

const first = typeof window === 'undefined' ? new URL('http://localhost/') : new URL(window.location.href);

export const here = $state({ path: first.pathname, search: first.search });

/** What goes along from page to page. */
const carried = ['lang', 'as_of', 'seq'] as const;

export type Params = Record<string, string | number | undefined | null>;

/** The query parameter name of this address, '' when absent. */
export function param(name: string): string {
  return new URLSearchParams(here.search).get(name) ?? '';
}

/** An address of this page: params, and what is carried along. */
export function to(path: string, params: Params = {}): string {
  const now = new URLSearchParams(here.search);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  for (const name of carried) {
    const value = now.get(name);
    if (value && !(name in params)) query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** This address with some parameters changed; an empty value takes one away. */
export function change(params: Params): string {
  const query = new URLSearchParams(here.search);
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null || value === '') query.delete(name);
    else query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${here.path}?${text}` : here.path;
}

function read(): void {
  here.path = window.location.pathname;
  here.search = window.location.search;
}

/** Go to an address of this page. */
export function go(address: string, { replace = false } = {}): void {
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
  read();
}

/** Links stay links; a plain click on one of ours does not load the page anew. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (url.origin !== window.location.origin || /^\/(api|assets|docs)\b/.test(url.pathname)) return;
  if (url.pathname === here.path && url.search === here.search && url.hash) return;
  event.preventDefault();
  go(url.pathname + url.search + url.hash);
}

export function listen(): () => void {
  window.addEventListener('popstate', read);
  document.addEventListener('click', follow);
  return () => {
    window.removeEventListener('popstate', read);
    document.removeEventListener('click', follow);
  };
}
