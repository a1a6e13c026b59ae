// Printing prints all of it: lists that show their beginning show the rest, and
// what stands folded is opened. The button waits for what opening asks for; the
// browser's own command cannot, and prints what is there.

import { flushSync, tick } from 'svelte';

import { idle } from '../api';

export const printing = $state({ on: false });

let folded: HTMLDetailsElement[] = [];

function unfold(): void {
  flushSync(() => {
    printing.on = true;
  });
  const closed = [...document.querySelectorAll<HTMLDetailsElement>('main details:not(.why):not([open])')];
  for (const d of closed) d.open = true;
  folded = [...folded, ...closed];
  flushSync();
}

function fold(): void {
  for (const d of folded) d.open = false;
  folded = [];
  printing.on = false;
}

export async function printAll(): Promise<void> {
  unfold();
  await tick();
  await idle();
  window.print();
}

/** Keep the page whole on paper however printing was asked for. */
export function preparePrinting(): () => void {
  window.addEventListener('beforeprint', unfold);
  window.addEventListener('afterprint', fold);
  return () => {
    window.removeEventListener('beforeprint', unfold);
    window.removeEventListener('afterprint', fold);
  };
}
