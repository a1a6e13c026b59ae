// What nodes are called. Paths are given as ids; most of the nodes on them are
// named elsewhere in the same answer, the others are asked for once.

import { get } from '../api';
import type { NodeRecord, Ref } from '../api';

const known = $state<Record<string, Ref>>({});
const asked = new Set<string>();

/** Remember every reference inside an answer. */
export function learn(value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach(learn);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const ref = value as Partial<Ref>;
  if (typeof ref.id === 'string' && typeof ref.name === 'string' && ref.kind && !(ref.id in known)) {
    known[ref.id] = { id: ref.id, name: ref.name, kind: ref.kind, code: ref.code, illustrative: ref.illustrative, synthetic: ref.synthetic };
  }
  Object.values(value).forEach(learn);
}

export function nameOf(id: string): Ref | undefined {
  return known[id];
}

function codeOf(n: NodeRecord): string | undefined {
  for (const field of ['code', 'rule_no', 'approval_no', 'number', 'doc_no']) {
    const value = n.fields[field];
    if (typeof value === 'string' && value) return value;
  }
  return undefined;
}

let queue: string[] = [];
let running = 0;

async function next(): Promise<void> {
  running++;
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    try {
      const n = await get<NodeRecord>(`/nodes/${encodeURIComponent(id)}`);
      const is = (field: string) => n.fields[field] === true;
      known[id] = { id, name: n.name, kind: n.kind, code: codeOf(n), illustrative: is('illustrative'), synthetic: is('synthetic') };
    } catch {
      known[id] = { id, name: id, kind: '' }; // the id says at least which one
    }
  }
  running--;
}

/** Ask for the names of those ids that are not known. */
export function ask(ids: readonly string[]): void {
  askRecords(ids.filter((id) => !(id in known)));
}

/** Ask for records whose name may be known and whose number is not; a few at a
 * time, each once. */
export function askRecords(ids: readonly string[]): void {
  for (const id of ids) {
    if (asked.has(id)) continue;
    asked.add(id);
    queue.push(id);
  }
  while (running < 4 && running < queue.length) void next();
}
