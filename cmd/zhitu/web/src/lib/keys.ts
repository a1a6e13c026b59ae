// Whether single keys do something. A person whose speech or switch input types
// letters by accident can turn them off; the browser remembers.

const name = 'zhitu.keys';

export function keysOn(): boolean {
  try {
    return window.localStorage.getItem(name) !== 'off';
  } catch {
    return true; // storage is forbidden: nothing to remember
  }
}

export function setKeys(on: boolean): void {
  try {
    window.localStorage.setItem(name, on ? 'on' : 'off');
  } catch {
    // It holds until the page is left.
  }
}
