// The journeys of the page in a real browser, by keyboard alone, in both
// languages, and every page checked with axe-core.
//
//   node journey.mjs http://127.0.0.1:PORT
//
// One line a step on standard output: "ok NAME" or "not ok NAME: REASON"; the
// Go test that starts the server makes a subtest of each. Anything that the
// browser writes to its console as an error fails the step in which it came, a
// breach of the content security policy among them; the policy is never
// bypassed. SHOTS=DIR keeps a picture of each page.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { chromium } from 'playwright-core';

const base = process.argv[2];
const shots = process.env.SHOTS;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const maxElements = 2500;
const maxPaint = 1500; // ms

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  headless: true,
  args: ['--disable-gpu', '--disable-dev-shm-usage'],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' });
const page = await context.newPage();
page.setDefaultTimeout(20_000);

let complaints = [];
page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
page.on('pageerror', (e) => complaints.push(e.message));

let failed = 0;

/** One step: what it does must not throw, and the console must stay silent but
 * for what is expected. */
async function step(name, act, expected = /^$/) {
  complaints = [];
  try {
    await act();
    const rest = complaints.filter((c) => !expected.test(c));
    if (rest.length) throw new Error(`console: ${rest.join(' | ')}`);
    console.log(`ok ${name}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${String(e.message).split('\n')[0]}`);
    if (shots) await picture(`failed ${name}`).catch(() => undefined);
  }
}

async function picture(name) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, name.replace(/[^a-z0-9-]+/gi, '_') + '.png'), fullPage: true });
}

function must(condition, what) {
  if (!condition) throw new Error(what);
}

function address(where, lang) {
  if (lang === 'zh') return base + where;
  return base + where + (where.includes('?') ? '&' : '?') + 'lang=en';
}

/** Open an address and wait until everything is there. */
async function open(where, lang) {
  await page.goto(address(where, lang), { waitUntil: 'networkidle' });
  await page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy=true]') && document.querySelector('main h1'));
}

/** Press Tab until what has the focus fits. */
async function tabTo(fits, argument, most = 150) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(fits, argument)) return;
  }
  throw new Error(`not reached with ${most} tabs: ${fits} ${argument}`);
}

const linkWith = (text) => document.activeElement?.matches('a') && document.activeElement.textContent.trim().replace(/[\d,]+$/, '') === text;
const within = (selector) => Boolean(document.activeElement?.closest(selector));

const text = (selector) => page.locator(selector).first().innerText();

const problem = '丝网镀锌层附着力不足';

async function findAnswer(lang) {
  await open('/', lang);
  await page.keyboard.press('/');
  must(await page.evaluate(() => document.activeElement?.matches('[data-search]')), '/ does not lead to the search box');
  await page.keyboard.insertText(problem);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.advice');
  must(page.url().includes('/problems?q='), 'Enter does not ask what solves it');
  must((await text('.ranked li.first a')) === problem, 'the problem is not first');
  must((await page.locator('.ranked li.first mark').count()) > 0, 'the words that matched are not marked');
  await page.waitForFunction(() => document.activeElement?.id === 'main');

  // To the problem's own page, and from there to one who certifies.
  await tabTo(within, '.ranked li.first');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/problems\/problem/);
  await page.waitForSelector('h1:not(.hidden)');
  must((await text('h1:not(.hidden)')) === problem, 'not the page of the problem');
  must((await page.locator('#standards ~ .items .item').count()) > 0, 'no standard is listed');
  const refused = await text('.list:has(#rejected)');
  must(refused.includes('GB/T 13912-2020'), 'GB/T 13912-2020 is not among what does not apply');
  const listed = await text('.list:has(#standards)');
  must(!listed.includes('GB/T 13912-2020'), 'GB/T 13912-2020 is listed as a solution');

  await tabTo(linkWith, lang === 'zh' ? '认证机构' : 'Certifiers');
  await page.keyboard.press('Enter');
  await tabTo(within, '.list:has(#certifiers) th');
  const name = await page.evaluate(() => document.activeElement.textContent.trim());
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/nodes\//);
  await page.waitForSelector('h1:not(.hidden)');
  must((await text('h1:not(.hidden)')).includes(name), `not the page of ${name}`);
}

async function readBasis(lang) {
  await open('/problems/problem:qp-sw-01', lang);
  await tabTo(within, '.list:has(#standards) summary');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.basis[open] .evidence li');
  await page.waitForFunction(() => document.querySelectorAll('.basis[open] .path .card').length >= 2);
  await tabTo(within, '.path .why summary');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.path .why[open] .evidence li');
  await check(`basis ${lang}`);
}

async function readChain(lang) {
  await open('/', lang);
  await tabTo(linkWith, lang === 'zh' ? '产业链' : 'Chains');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.chain-cards');
  await tabTo(linkWith, '丝网');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.lane');
  const lanes = await page.locator('.lane').count();
  must(lanes === 3, `${lanes} lanes`);
  const names = new Set(await page.locator('.problems a').allInnerTexts());
  await tabTo(linkWith, lang === 'zh' ? '表' : 'Table');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.chain-table');
  const rows = new Set(await page.locator('.chain-table tbody th a').allInnerTexts());
  must(names.size > 0 && [...names].every((n) => rows.has(n)) && rows.size === names.size, 'outline and table tell different problems');

  await tabTo((id) => document.activeElement?.id === id, 'f-min');
  await page.keyboard.press(lang === 'zh' ? '5' : 'l'); // the select jumps to the first entry that begins so
  await page.waitForFunction(() => new URLSearchParams(location.search).get('min') === '5');
  const levels = await page.locator('.chain-table tbody .severity svg').evaluateAll((all) => all.map((s) => s.getAttribute('aria-label')));
  must(levels.length > 0 && levels.every((l) => /[:：]?\s*5/.test(l)), `after the filter: ${levels}`);
}

async function suggestions() {
  await open('/', 'zh');
  await page.keyboard.press('/');
  await page.keyboard.type('gb17761');
  await page.waitForSelector('.suggest [role=option]:not(.suggest-all)');
  await page.keyboard.press('ArrowDown');
  must((await page.locator('[aria-selected=true]').count()) === 1, 'nothing is chosen');
  await check('suggestions zh');
  await page.keyboard.press('Escape');
  must(await page.locator('.suggest').isHidden(), 'Esc does not close the list');
  must((await page.inputValue('[data-search]')) === 'gb17761', 'Esc loses what was typed');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/nodes\/standard/);
  await page.waitForSelector('h1:not(.hidden)');
  must((await text('h1:not(.hidden)')).includes('17761'), 'not the standard that was chosen');
}

async function byDate() {
  await open('/nodes/standard:gb-17761-2018?as_of=2025-10-01', 'zh');
  await page.waitForSelector('.editions .this');
  const told = await text('.editions .this');
  must(told.includes('过渡期') && told.includes('不得再生产') && told.includes('仍可销售'), `on 2025-10-01: ${told}`);
  await page.fill('#as-of', '2025-12-01');
  await page.waitForFunction(() => document.querySelector('.editions .this')?.textContent.includes('被代替'));
  must(page.url().includes('as_of=2025-12-01'), 'the date is not in the address');
  await page.goBack();
  await page.waitForFunction(() => document.querySelector('.editions .this')?.textContent.includes('过渡期'));
}

async function languages() {
  await open('/problems/problem:qp-sw-01', 'zh');
  must((await page.getAttribute('html', 'lang')) === 'zh-CN', 'html is not zh-CN');
  await tabTo((l) => document.activeElement?.getAttribute('lang') === l, 'en');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  must((await text('.advice h2')) === 'What to do', 'the page is not English');
  must((await page.locator('.advice span[lang="zh-CN"]').count()) > 0, 'Chinese fragments are not marked');
  must((await text('h1:not(.hidden)')) === problem, 'the place is lost');
}

async function searchOn() {
  await open(pages.search, 'zh');
  const before = await page.locator('.hits > li').count();
  const told = await text('.note[role=status]');
  await tabTo(() => document.activeElement?.matches('main button'));
  await page.keyboard.press('Enter');
  await page.waitForFunction((n) => document.querySelectorAll('.hits > li').length > n, before);
  must(told.includes(String(before)), `the first page does not say how many it shows: ${told}`);
  await tabTo(within, '.facet');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.facet [aria-current=true]'));
  must(new URL(page.url()).searchParams.has('kind'), 'the filter is not in the address');
}

/** The best of three first pictures of the page, so that a busy moment is no
 * fault. */
async function firstPaint() {
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const fresh = await browser.newContext();
    const tab = await fresh.newPage();
    await tab.goto(base + '/', { waitUntil: 'networkidle' });
    best = Math.min(best, await tab.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
    await fresh.close();
  }
  must(best <= maxPaint, `first contentful paint ${Math.round(best)} ms, the limit is ${maxPaint}`);
}

async function unknownRecord() {
  await open('/problems/problem:none', 'zh');
  const told = await text('[role=alert]');
  must(told.includes('404') && /[A-Z0-9]{8}/.test(told), `no cause and request id: ${told}`);
  must((await page.locator('[role=alert] button').count()) === 1, 'no way to try again');
  await check('error zh');
}

async function skipLink() {
  await open('/problems/problem:qp-sw-01', 'zh');
  await page.keyboard.press('Tab');
  must(await page.evaluate(() => document.activeElement?.classList.contains('skip')), 'the first tab stop is not the skip link');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  must(await page.evaluate(within, 'main'), 'the skip link does not lead to the content');
}

/** axe on the page as it stands, and its size. */
async function check(name) {
  await fits(name);
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const r = await window.axe.run(document, { resultTypes: ['violations'] });
    return r.violations.map((v) => `${v.id} at ${v.nodes[0].target.join(' ')} (${v.nodes.length})`);
  });
  must(found.length === 0, `axe: ${found.join('; ')}`);
}

/** How much of the page there is, and that none of it is beside the window. */
async function fits(name) {
  if (shots) await picture(name);
  const size = await page.evaluate(() => ({
    elements: document.querySelectorAll('*').length,
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  must(size.elements <= maxElements, `${size.elements} elements, the limit is ${maxElements}`);
  must(size.over <= 0, `${size.over} px wider than the window`);
}

const pages = {
  home: '/',
  problems: '/problems?q=' + encodeURIComponent('安平丝网镀锌层附着力不足'),
  'problems none': '/problems?q=zzzqqqxxx',
  problem: '/problems/problem:qp-sw-01',
  'problem certified': '/problems/problem:qp-xnycl-02',
  standard: '/nodes/standard:gb-17761-2018',
  chains: '/chains',
  'chains table': '/chains?view=table',
  chain: '/chains/sw',
  'chain table': '/chains/xnycl?view=table&sort=-severity',
  'chain filtered to nothing': '/chains/sw?find=zzzqqqxxx',
  search: '/search?q=' + encodeURIComponent('镀锌'),
  gaps: '/gaps?chain=chain:sw',
  replay: '/gaps?seq=1',
  'not found': '/nothing/here',
};

for (const lang of ['zh', 'en']) {
  await step(`F finds an answer and a certifier ${lang}`, () => findAnswer(lang));
  await step(`F reads what an answer rests on ${lang}`, () => readBasis(lang));
  await step(`P reads a chain as outline and table ${lang}`, () => readChain(lang));
  for (const [name, where] of Object.entries(pages)) {
    await step(`page ${name} ${lang}`, async () => {
      await open(where, lang);
      await check(`${name} ${lang}`);
    });
  }
}
await step('suggestions by keyboard', suggestions);
await step('a status depends on the date', byDate);
await step('the language switches in place', languages);
await step('the skip link', skipLink);
await step('search goes on and narrows', searchOn);
await step('the first picture comes soon', firstPaint);
await step('an unknown record', unknownRecord, /status of 404/);
await page.setViewportSize({ width: 390, height: 800 });
for (const name of ['home', 'problems', 'problem', 'chain', 'chain table', 'standard', 'search', 'gaps']) {
  await step(`narrow ${name}`, async () => {
    await open(pages[name], 'zh');
    await fits(`narrow ${name}`);
  });
}
await browser.close();
process.exit(failed ? 1 : 0);
