// Where the page of a record is, and what a record is cited as.

import type { Ref } from '../api';
import { to } from './location.svelte';

const pages: Record<string, string> = { Problem: '/problems/', Chain: '/chains/' };

export function hrefOf(id: string, kind: string | undefined): string {
  return to((pages[kind ?? ''] ?? '/nodes/') + encodeURIComponent(id));
}

/** Number and name, as a standard is cited: GB/T 2976-2020《金属材料 …》. */
export function citation(ref: Ref): string {
  return ref.code ? `${ref.code} ${ref.name}` : ref.name;
}
