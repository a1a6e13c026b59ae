// The schema table as the API gives it: what fields and vocabularies are
// called in Chinese. Asked for once, when a page first needs it.

import { get } from '../api';
import type { FieldSpec, Schema } from '../api';

let schema = $state.raw<Schema | undefined>();
let asking: Promise<void> | undefined;

export function needSchema(): void {
  asking ??= get<Schema>('/schema').then(
    (s) => {
      schema = s;
    },
    () => {
      asking = undefined; // the next page that needs it asks again
    },
  );
}

export function fieldsOf(kind: string): FieldSpec[] {
  const own = schema?.node_kinds.find((k) => k.kind === kind) ?? schema?.edge_kinds.find((k) => k.edge_kind === kind);
  return [...(own?.fields ?? []), ...(schema?.common_fields ?? [])];
}

export function vocabularyLabel(vocabulary: string, code: string): string | undefined {
  return schema?.vocabularies.find((v) => v.name === vocabulary)?.terms.find((x) => x.code === code)?.zh;
}
