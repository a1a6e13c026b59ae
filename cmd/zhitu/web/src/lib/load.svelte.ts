// Loading one address of the API and what a page shows meanwhile: nothing for
// 150 ms, then a skeleton, after five seconds a text and a way to stop.

import { untrack } from 'svelte';

import { ApiError, get } from '../api';
import { learn } from './names.svelte';

export interface Load<T> {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly busy: boolean;
  readonly slow: boolean;
  retry(): void;
  cancel(): void;
}

/** Load address() now and whenever it changes; null loads nothing. An answer
 * stays until the next one about the same thing is there: the thing is what
 * stands before the question mark, or what the caller says it is. */
export function load<T>(address: () => string | null, thing?: () => string): Load<T> {
  const path = $derived(address());
  let data = $state.raw<T | undefined>();
  let error = $state.raw<ApiError | undefined>();
  let busy = $state(false);
  let slow = $state(false);
  let again = $state(0);
  let abort: AbortController | undefined;
  let shown: string | undefined;

  $effect(() => {
    const asked = path;
    void again;
    if (asked === null) {
      data = error = undefined;
      return;
    }
    const control = new AbortController();
    abort = control;
    busy = true;
    slow = false;
    const timer = setTimeout(() => (slow = true), 5000);
    // What was shown of another thing must not stand under the new heading.
    const about = untrack(() => thing?.()) ?? asked.split('?')[0];
    if (shown !== about) data = undefined;
    shown = about;
    untrack(() => get<T>(asked, control.signal))
      .then(
        (got) => {
          learn(got);
          data = got;
          error = undefined;
        },
        (e: unknown) => {
          if (control.signal.aborted && control.signal.reason !== 'cancelled') return;
          error = e instanceof ApiError ? e : ApiError.broken(e);
        },
      )
      .finally(() => {
        clearTimeout(timer);
        if (abort === control) busy = slow = false;
      });
    return () => {
      clearTimeout(timer);
      control.abort('superseded');
    };
  });

  return {
    get data() {
      return data;
    },
    get error() {
      return error;
    },
    get busy() {
      return busy;
    },
    get slow() {
      return slow;
    },
    retry: () => void again++,
    cancel: () => abort?.abort('cancelled'),
  };
}
