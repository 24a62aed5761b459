/** A small fault of a kind that a person could make, which the tests must notice. */
export interface Mutation {
  /** The promise that it breaks, and how. */
  name: string;
  file: string;
  /** Text that is exactly once in the file. */
  from: string;
  to: string;
  /** The test files that notice it. */
  tests: string[];
}

const lives = ['test/core/operations/items/receipts.test.ts', 'test/properties/lives.test.ts'];
const items = 'test/core/operations/items';
const watch = 'test/core/operations/watch';
const redrives = 'test/core/operations/redrives';

export const mutations: Mutation[] = [
  {
    name: 'P1 register: the timer is armed after the item is written',
    file: 'core/operations/items/register.ts',
    from: 'return carryOut(service, planned, await service.timers.arm(input, planned.checkAt));',
    to: "return carryOut(service, planned, { timer: 'none', timerAt: planned.watched.deadline });",
    tests: ['test/properties/crash.test.ts'],
  },
  {
    name: 'P1 register: the workflow is not entered in the registry',
    file: 'core/operations/items/register.ts',
    from: 'await registry.ensureWorkflow(workflow);',
    to: '',
    tests: [`${items}/register.test.ts`],
  },
  {
    name: 'P1 check: an early timer arms no other',
    file: 'core/model/item/expiry.ts',
    from: "return isTimerUsedUp(record, fired, now) ? { do: 'arm', at: nextCheck(record) } : { do: 'nothing' };",
    to: "return { do: 'nothing' };",
    tests: ['test/properties/early-timers.test.ts'],
  },
  {
    name: 'P1 check: no second check of an item that is being written',
    file: 'core/model/item/expiry.ts',
    from: 'return record?.timer !== timer && now < Date.parse(armedAt) + settledAfterMs;',
    to: 'return false;',
    tests: ['test/properties/early-timers.test.ts'],
  },
  {
    name: 'P1 sweep: lost timers are not looked for',
    file: 'core/operations/watch/sweep-workflow.ts',
    from: "return state === 'waiting' ? timerAt <= before : reportedAt === undefined;",
    to: 'return false && state && timerAt <= before && reportedAt;',
    tests: ['test/properties/sweeps-race.test.ts', 'test/properties/crash.test.ts'],
  },
  {
    name: 'P1 queue: a message that cannot be handled is answered as handled',
    file: 'core/lambda/queue-function.ts',
    from: "      failed.push(messageId);\n      log.error('message failed'",
    to: "      log.error('message failed'",
    tests: [`${watch}/check-timers.test.ts`],
  },
  {
    name: 'P2 expire: the deadline is not compared',
    file: 'core/aws/items/changes.ts',
    from: "      '#deadline = :deadline',\n",
    to: '',
    tests: ['test/core/aws/items/table.test.ts'],
  },
  {
    name: 'P2 expire: an item is marked before its deadline',
    file: 'core/model/item/expiry.ts',
    from: 'const isPast = now >= Date.parse(record.deadline);',
    to: 'const isPast = now >= Date.parse(record.deadline) - 1;',
    tests: ['test/core/model/item/expiry.test.ts'],
  },
  {
    name: 'P2 complete: an item that is overdue is completed as on time',
    file: 'core/aws/items/changes.ts',
    from: "return { conditions: ['#state = :waiting', ...conditions], values: { waiting: 'waiting', ...values } };",
    to: "return { conditions: ['attribute_exists(#item)', ...conditions], values };",
    tests: lives,
  },
  {
    name: 'P2 complete: a completion of another run or attempt is taken',
    file: 'core/aws/items/changes.ts',
    from: "const { conditions, values } = onlyConditions(which);\n  return { conditions: ['#state",
    to: "const { conditions, values } = onlyConditions({});\n  return { conditions: ['#state",
    tests: lives,
  },
  {
    name: 'P2 receipts: a run that is over is watched again',
    file: 'core/model/item/receipt.ts',
    from: '  if (run === undefined) return false;',
    to: '  if (run === undefined || run) return false;',
    tests: lives,
  },
  {
    name: 'P2 receipts: runs before the last one are forgotten',
    file: 'core/model/item/receipt.ts',
    from: ' || (record.pastRuns ?? []).includes(run);',
    to: ';',
    tests: lives,
  },
  {
    name: 'P2 progress: a late repeat brings back the deadline of an earlier step',
    file: 'core/model/item/progressed.ts',
    from: 'const isMoved = deadline !== undefined && !(isSooner && step !== undefined && isLateRepeat(seen, step));',
    to: 'const isMoved = deadline !== undefined;',
    tests: [`${items}/progress.test.ts`],
  },
  {
    name: 'P3 complete: a breached item is completed before it is reported',
    file: 'core/operations/items/complete.ts',
    from: 'if (seen.reportedAt === undefined) {',
    to: 'if (seen.reportedAt === undefined && seen.revision < 0) {',
    tests: ['test/properties/crash.test.ts', `${items}/complete.test.ts`],
  },
  {
    name: 'P3 register: a breached item is replaced before it is reported',
    file: 'core/operations/items/register.ts',
    from: "if (seen.state !== 'waiting' && seen.reportedAt === undefined) {",
    to: "if (seen.state !== 'waiting' && seen.revision < 0) {",
    tests: ['test/properties/crash.test.ts', `${items}/register.test.ts`],
  },
  {
    name: 'P3 expire: a repeated timer does not report an item that was marked',
    file: 'core/model/item/expiry.ts',
    from: "record.reportedAt === undefined) return { do: 'report' };",
    to: "record.reportedAt === undefined) return { do: 'nothing' };",
    tests: ['test/core/model/item/expiry.test.ts', 'test/properties/crash.test.ts'],
  },
  {
    name: 'P4 receipts: a new life begins at attempt 1',
    file: 'core/model/item/first-attempt.ts',
    from: 'attempt: receipt.attempt + 1, pastRuns: pastRunsOf(receipt)',
    to: 'pastRuns: pastRunsOf(receipt)',
    tests: lives,
  },
  {
    name: 'P4 replace: the revision is not compared',
    file: 'core/aws/items/table.ts',
    from: "return this.#put(next, ['#revision = :seen'], { seen: seenRevision });",
    to: "return this.#put(next, ['attribute_exists(#item)'], {});",
    tests: ['test/core/aws/items/table.test.ts'],
  },
  {
    name: 'P4 insert: an item is written over another',
    file: 'core/aws/items/table.ts',
    from: "['(attribute_not_exists(#item) OR #expiresAt <= :now)']",
    to: "['(attribute_not_exists(#item) OR attribute_exists(#item) OR #expiresAt <= :now)']",
    tests: ['test/core/aws/items/table.test.ts'],
  },
  {
    name: 'P4 receipts: a receipt counts as gone a second late',
    file: 'core/aws/items/table.ts',
    from: 'return expiresAt <= secondsOf(now);',
    to: 'return expiresAt < secondsOf(now);',
    tests: ['test/core/aws/items/table.test.ts', ...lives],
  },
  {
    name: 'P5 complete: a receipt keeps the data',
    file: 'core/aws/items/changes.ts',
    from: '!(name in Receipt.shape)),',
    to: "!(name in Receipt.shape) && name !== 'data'),",
    tests: ['test/core/aws/items/table.test.ts', ...lives],
  },
  {
    name: 'P5 complete: a receipt stays in the index',
    file: 'core/aws/items/changes.ts',
    from: "  'queue',\n  'time',\n",
    to: '',
    tests: ['test/core/aws/items/table.test.ts', 'test/core/aws/items/by-time.test.ts', ...lives],
  },
  {
    name: 'P5 redrive: an item is published although its attempt was not started',
    file: 'core/operations/redrives/start-attempts.ts',
    from: "    return 'skipped';\n  }\n  // A timer",
    to: '  }\n  // A timer',
    tests: [`${redrives}/resume-page.test.ts`],
  },
  {
    name: 'P5 redrive: an item that was started and not published is skipped after a crash',
    file: 'core/operations/redrives/resume-page.ts',
    from: "if (record.state === 'waiting') return record.redrive === redrive.id ? record : undefined;",
    to: "if (record.state === 'waiting') return undefined;",
    tests: ['test/properties/redrive-crash.test.ts'],
  },
  {
    name: 'P5 redrive: the limit is not kept',
    file: 'core/operations/redrives/run-pages.ts',
    from: 'Math.min(pageSize(redrive), leftOfLimit(redrive))',
    to: 'pageSize(redrive)',
    tests: [`${redrives}/run-redrives.test.ts`],
  },
  {
    name: 'P7 discard: more is removed than the dry run counted',
    file: 'core/operations/redrives/discard.ts',
    from: '{ ...record, lastPosition }',
    to: 'record',
    tests: [`${redrives}/discard.test.ts`],
  },
  {
    name: 'P8 batch: the order of operations on an item is not kept',
    file: 'core/operations/items/batch.ts',
    from: 'isBlocked ||= (results[index]?.status ?? 0) >= 500;',
    to: '',
    tests: [`${items}/batch.test.ts`],
  },
  {
    name: 'P8 filter: one tag of several is enough',
    file: 'core/model/item/item-filter.ts',
    from: 'tags.every',
    to: 'tags.some',
    tests: ['test/core/model/item/item-filter.test.ts'],
  },
  {
    name: 'P2 redrive: an attempt has the time of the last heartbeat only',
    file: 'core/model/redrive/next-attempt.ts',
    from: 'record.timeoutMs ?? 0',
    to: '0',
    tests: ['test/core/model/redrive/next-attempt.test.ts'],
  },
  {
    name: 'P6 announce: a function sends what another one has claimed',
    file: 'core/operations/incidents/announce.ts',
    from: 'if (!isClaimed && !(await incidents.open.claim(incident))) return false;',
    to: '',
    tests: ['test/core/operations/incidents'],
  },
  {
    name: 'P7 redrive: a mistyped workflow is resumed in silence',
    file: 'core/operations/redrives/start-redrive.ts',
    from: 'requireKnown(await service.registry.readOrUnreadable(workflow), workflow);',
    to: '',
    tests: [`${redrives}/start-redrive.test.ts`],
  },
  {
    name: 'P9 replies: writers see what others wrote',
    file: 'core/lambda/visible-to.ts',
    from: "if (scopes.includes('read') ||",
    to: "if (scopes.length > 0 || scopes.includes('read') ||",
    tests: ['test/core/lambda/visible-to.test.ts'],
  },
  {
    name: 'P9 tokens: a token outlives the one that created it',
    file: 'core/operations/access/create-token.ts',
    from: ': instant(now + life), until]',
    to: ': instant(now + life)]',
    tests: ['test/core/operations/access/create-token.test.ts'],
  },
  {
    name: 'P9 tokens: descendants stay valid',
    file: 'core/operations/access/revoke-token.ts',
    from: 'for (const id of await descendantsOf(tokens, token)) await tokens.revoke(id, at);',
    to: '',
    tests: ['test/core/operations/access/revoke-token.test.ts'],
  },
];
