// Addresses of questions: what the address of the page pins goes with them.

import { param } from './location.svelte';

export type Query = Record<string, string | number | undefined>;

/** A question's path with query, the date and sequence number of the page. */
export function pinned(path: string, query: Query = {}): string {
  return asked(path, { ...query, as_of: param('as_of'), seq: param('seq') });
}

/** The path of a record with query, at the sequence number of the page; a record
 * as such has no date. */
export function recorded(path: string, query: Query = {}): string {
  return asked(path, { ...query, seq: param('seq') });
}

/** A path with query; empty values are left out. */
export function asked(path: string, query: Query): string {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') out.set(name, String(value));
  }
  const text = out.toString();
  return text ? `${path}?${text}` : path;
}
