// Printing an answer prints all of it: what stands folded on the screen is
// opened first, and what opening asks for is waited for.

import { idle } from '../api';

export async function printAll(): Promise<void> {
  const folded = [...document.querySelectorAll<HTMLDetailsElement>('main details.basis:not([open])')];
  for (const d of folded) d.open = true;
  await idle();
  window.print();
  for (const d of folded) d.open = false;
}
