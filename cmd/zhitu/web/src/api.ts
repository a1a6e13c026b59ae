// The API as this page uses it: the shapes of its answers, and one way to ask.

import { lang } from './lib/i18n.svelte';

export type Tri = 'yes' | 'no' | 'to_review';
export type Verdict = 'applicable' | 'not_applicable' | 'to_review';
export type FieldValue = string | number | boolean | string[] | number[] | boolean[];

export interface Ref {
  id: string;
  kind?: string;
  name: string;
  code?: string | undefined;
  illustrative?: boolean | undefined;
  synthetic?: boolean | undefined;
}

export interface Path {
  nodes: string[];
  edges: string[];
}

export interface Cited {
  source?: string;
  title?: string;
  issuer?: string;
  date?: string;
  address?: string;
  quote?: string;
  locator?: string;
  level: number;
  field?: string;
  value?: string;
  collected_by?: string;
}

export interface Envelope<T> {
  answer: T;
  complete: boolean;
  truncated_by: string[];
  warnings: { code: string; detail?: string }[];
  coverage: { nodes: number; reviewed: number; reviewed_share: number; sources: number; newest_evidence: string };
  as_of: string;
  seq: number;
  fingerprint: string;
  replay: string;
}

export interface ProblemRef extends Ref {
  category?: string;
  severity?: number;
  problem_status: string;
  phenomenon?: string;
  chains: Ref[];
  segments: Ref[];
}

export interface Judged {
  verdict: Verdict;
  reason: string;
  status: string;
  strength?: string;
  state: string;
  paths: Path[];
  evidence: Cited[];
  for_product?: string;
  for_process?: string;
}

export interface StandardItem extends Ref, Judged {
  mechanism: string[];
  clause?: string;
  counts: boolean;
  may_produce?: boolean;
  may_sell?: boolean;
  sell_until_missing?: boolean;
  issued?: string;
  effective?: string;
}

export interface DetailRule extends Ref {
  status: string;
  effective?: string;
  issuer?: string;
  path: Path;
}

export interface RuleItem extends Ref, Judged {
  link: string;
  covers: Tri;
  scheme?: string;
  compulsory: boolean;
  modes: string[];
  based_on: Ref[];
  mechanism: string[];
  clause?: string;
  effective?: string;
  eligibility?: string;
  has_certifier: Tri;
  self_declaration?: boolean;
  details: DetailRule[];
}

export interface Authorization {
  rule: Ref;
  via: Ref;
  authorization_type?: string;
  scope?: string;
  region?: string;
  starts_on?: string;
  ends_on?: string;
  undated: boolean;
  verdict: Verdict;
  reason?: string;
  evidence: Cited[];
}

export interface Certifier extends Ref {
  approval_no?: string;
  types: string[];
  verdict: Verdict;
  reason: string;
  rules: Authorization[];
  paths: Path[];
  evidence: Cited[];
}

export interface Capability extends Ref {
  characteristic?: Ref;
  method?: Ref;
  cma_no?: string;
  cnas_no?: string;
  expires_on?: string;
}

export interface Laboratory extends Ref {
  approval_no?: string;
  types: string[];
  accreditation: string[];
  capabilities: Capability[];
  paths: Path[];
  evidence: Cited[];
}

export interface Linked extends Ref {
  paths: Path[];
  evidence: Cited[];
}

export interface CaseItem extends Linked {
  actions: string[];
  used: Ref[];
}

export interface PolicyItem extends Linked {
  tool?: string;
  amount?: string;
  for_whom?: string;
  starts_on?: string;
  ends_on?: string;
  quote?: string;
}

export interface Rejected extends Ref, Judged {
  link: string;
}

export interface Solutions {
  problem: ProblemRef;
  standards: StandardItem[];
  rules: RuleItem[];
  certifiers: Certifier[];
  laboratories: Laboratory[];
  experts: Linked[];
  cases: CaseItem[];
  policies: PolicyItem[];
  rejected: Rejected[];
}

export interface ProblemMatch extends ProblemRef {
  score: number;
  matched: { field: string; text: string }[];
}

export interface Solved {
  understood: { text: string; normalized: string; codes: string[]; chains: Ref[] };
  problems: ProblemMatch[];
  solutions: Solutions | null;
}

export interface Gap {
  problem: ProblemRef;
  class: string;
  why?: string;
  class_at_best: string | null;
  missing: (Ref & { edge?: string; code: string })[];
  dropped: (Ref & { why: string; reason: string; paths: Path[]; evidence: Cited[] })[];
  next_action: string;
  affected: { firms: number; segments: number; chains: number };
  notes: string[];
}

export interface Gaps {
  items: Gap[];
  counts: Record<string, number>;
  total: number;
}

export interface ChainOverview {
  chain: Ref;
  segments: number;
  firms: number;
  problems: number;
  covered: number;
  solved: number;
  standards: number;
  rules: number;
  certifiers: number;
  laboratories: number;
  severity: number[];
}

export interface Reported {
  id: string;
  subject: Ref;
  metric: string;
  name: string;
  value: number | null;
  value_low?: number;
  value_high?: number;
  value_text?: string;
  unit?: string;
  basis?: string;
  bound?: string;
  period?: string;
  quote?: string;
  source?: string;
  path: Path;
  evidence: Cited[];
}

export interface Overview {
  chains: ChainOverview[];
  totals: { nodes: Record<string, number>; edges: Record<string, number> };
  reported: Reported[];
}

export interface SubgraphNode extends Ref {
  kind: string;
  state: string;
  status?: string;
  position?: string;
  category?: string;
  severity?: number;
  problem_status?: string;
}

export interface SubgraphEdge {
  id: string;
  edge_kind: string;
  from: string;
  to: string;
  state: string;
}

export interface Subgraph {
  chain: Ref;
  nodes: SubgraphNode[];
  edges: SubgraphEdge[];
  counts: {
    nodes: { kind: string; shown: number; total: number }[];
    shown: { nodes: number; edges: number };
    total: { nodes: number; edges: number };
  };
}

export interface Edition extends Ref {
  issued?: string;
  effective?: string;
  withdrawn?: string;
  produce_until?: string;
  sell_until?: string;
  status: string;
  may_produce?: boolean;
  may_sell?: boolean;
  sell_until_missing?: boolean;
  replaced_by: Ref[];
  replaces: Ref[];
  evidence: Cited[];
}

export interface Timeline {
  standard: Ref;
  editions: Edition[];
  rules: (Ref & { based_on: string; effective?: string; status: string; latest_recorded: boolean; path: Path })[];
}

/** One item of a record's evidence, as it is kept. */
export interface EvidenceRecord {
  source?: string;
  quote?: string;
  locator?: string;
  level: number;
  collected_by?: string;
  collected_at?: string;
  field?: string;
  value?: string;
}

interface RecordCommon {
  id: string;
  fields: Record<string, FieldValue>;
  valid_from: string | null;
  valid_to: string | null;
  state: string;
  visibility: string;
  owner?: string;
  evidence: EvidenceRecord[];
  version: number;
  seq: number;
}

export interface NodeRecord extends RecordCommon {
  kind: string;
  name: string;
  aliases: string[];
  merged_into?: string;
}

export interface EdgeRecord extends RecordCommon {
  edge_kind: string;
  from: string;
  to: string;
}

export interface Page<T> {
  items: T[];
  next_page_token: string;
  total?: number;
}

export interface HistoryEntry {
  seq: number;
  at: string;
  author: string;
  reason: string;
  command: string;
  import?: string;
  operations: unknown[];
}

export interface FieldSpec {
  name: string;
  zh: string;
  type: string;
  unit?: string;
  vocabulary?: string;
}

export interface Schema {
  node_kinds: { kind: string; zh: string; fields: FieldSpec[] }[];
  edge_kinds: { edge_kind: string; zh: string; fields: FieldSpec[] }[];
  common_fields: FieldSpec[];
  vocabularies: { name: string; zh: string; terms: { code: string; zh: string }[] }[];
}

export interface Hit {
  id: string;
  kind: string;
  name: string;
  score: number;
  state: string;
  status?: string;
  illustrative?: boolean;
  highlights: { field: string; html: string }[];
  matched: { field: string; text: string; for?: string }[];
}

export interface SearchPage extends Page<Hit> {
  facets: Record<string, { value: string; name: string; count: number }[]>;
  did_you_mean: string;
  hint: string;
}

export interface Suggestion {
  id: string;
  kind: string;
  name: string;
  matched: { field: string; text: string; for?: string };
}

/** An answer that is none: what the server said, or that it said nothing. */
export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: the server was not reached
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly requestID: string,
    readonly errors: { pointer: string; code: string; message: string }[],
  ) {
    super(title || code);
  }

  static broken(cause: unknown): ApiError {
    const cancelled = cause === 'cancelled' || (cause instanceof DOMException && cause.name === 'AbortError');
    return new ApiError(0, cancelled ? 'cancelled' : 'unreachable', '', '', '', []);
  }

  static async of(answer: Response): Promise<ApiError> {
    const id = answer.headers.get('X-Request-Id') ?? '';
    try {
      const body = (await answer.json()) as Record<string, unknown>;
      const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : '');
      const errors = Array.isArray(body['errors']) ? (body['errors'] as ApiError['errors']) : [];
      return new ApiError(answer.status, text('code'), text('title'), text('detail'), text('request_id') || id, errors);
    } catch {
      return new ApiError(answer.status, 'unreadable', '', answer.statusText, id, []);
    }
  }
}

let waiting = 0;

/** Resolves once nothing has been asked for during two pictures of the screen. */
export async function idle(): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet = waiting === 0 ? quiet + 1 : 0) {
    await new Promise((done) => requestAnimationFrame(done));
  }
}

/** Ask the API; path is below its root. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  waiting++;
  try {
    return await ask<T>(path, signal);
  } finally {
    waiting--;
  }
}

async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch('/api/v1' + path, { signal: signal ?? null, headers: { Accept: 'application/json', 'Accept-Language': lang() } });
  } catch (cause) {
    throw ApiError.broken(cause);
  }
  if (!answer.ok) throw await ApiError.of(answer);
  return (await answer.json()) as T;
}
